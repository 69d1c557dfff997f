using System.Collections.Immutable;
using Actors.Accounts;
using Actors.Audit;
using Actors.Instance;
using Actors.OpenId;
using Actors.Erasures;
using Actors.Operations;
using Actors.Projects;
using Actors.Runs;
using Actors.Submissions;
using Actors.Tests.Support;
using Actors.Users;
using Actors.Vaults;
using Actors.Workflows;
using static Actors.Tests.Support.ARun;

namespace Actors.Tests.Golden;

/// <summary>Where golden files come from. A file that exists is never written again, whatever becomes of its scenario.</summary>
internal static class GoldenCatalogue
{
    public static IEnumerable<GoldenFile> All =>
        [
            .. Runs(), .. Retries(), .. Rejected(), .. Projects(), .. Triggers(), .. Submissions(), .. Vaults(), .. Operations(), .. Erasures(),
            .. Instance(),
            .. OpenId(),
            .. Members(),
            .. Accounts(),
            .. Chains(),
            .. Environments(),
            .. StoragePolicies(),
            .. Resealed(),
        ];

    /// <summary>Of a rotation of keys.</summary>
    private static IEnumerable<GoldenFile> Resealed()
    {
        yield return Vault("vault-resealed", "bodies and tokens of two credentials under new keys, one of them deleted", [
            new VaultEvent.Created(AVault.Dhis, "dhis2", "raw", ["a"], new SealedBody(ABlob.Of(1)), Sample.At(0)) { Kind = CredentialKind.Oauth2AuthorizationCode },
            new VaultEvent.BodySet(AVault.Dhis, "staging", ["a"], new SealedBody(ABlob.Of(2)), "00ff", Sample.At(1)),
            new VaultEvent.TokensSet(AVault.Dhis, "main", new SealedBody(ABlob.Of(3)), Sample.At(10), false, true, Sample.At(2)),
            new VaultEvent.Created(AVault.Other, "other", "raw", ["a"], new SealedBody(ABlob.Of(4)), Sample.At(3)),
            new VaultEvent.Removed(AVault.Other, Sample.At(30), Sample.At(4)),
            new VaultEvent.Resealed([ABlob.Change(1, 11), ABlob.Change(2, 12), ABlob.Change(3, 13), ABlob.Change(4, 14)], Sample.At(5))]);
        yield return GoldenReplay.User.Write("user-resealed", "a person and a second factor under new keys", [
            new UserEvent.Created(new SealedPerson(ABlob.Of(1)), null, Sample.At(0)),
            new UserEvent.MfaOffered(ABlob.Of(2), Sample.At(1)),
            new UserEvent.MfaConfirmed(new Mfa(ABlob.Of(2), 41, ["recovery-1"], Sample.At(2)), null),
            new UserEvent.Resealed([ABlob.Change(1, 11), ABlob.Change(2, 12)], Sample.At(3))]);
        yield return Project("project-resealed", "a token of a repository under a new key", [
            new ProjectEvent.Created("data-team", null, null, Sample.At(0)) { OwnerId = Sample.Id(80) },
            new ProjectEvent.RepositoryConnected(
                new Repository("https://api.github.com", "acme/flows", "main", "project.yaml", ABlob.Text(1)), Sample.At(1)),
            new ProjectEvent.Resealed([ABlob.Change(1, 11)], Sample.At(1), Sample.At(2))]);
        yield return GoldenReplay.OpenIdProvider.Write("openid-provider-resealed", "a secret under a new key", [
            new OpenIdProviderEvent.SetUp(Messages.OpenIdSamples.Provider with { ClientSecret = ABlob.Text(1) }, Sample.At(0)),
            new OpenIdProviderEvent.Resealed(ABlob.Change(1, 11), Sample.At(1))]);
    }

    private static IEnumerable<GoldenFile> Environments()
    {
        yield return Run("run-environment", "a run of an environment", [
            new RunEvent.Created(Plan with { Environment = "staging" }, Sample.At(0)) { RunId = RunId }, Claimed()]);
        yield return Project("project-trigger-environment", "a webhook whose runs belong to an environment", [
            new ProjectEvent.Created("data-team", null, null, Sample.At(0))
            {
                OwnerId = Sample.Id(80),
                Policies = ProjectPolicies.Usual with { Environments = new EnvironmentSet(["production", "staging"]) },
            },
            new ProjectEvent.WorkflowSaved(AWorkflow.Staged, 1, Sample.At(1))]);
        yield return GoldenReplay.Operation.Write("bulk-operation-limited", "of somebody who is limited to some environments", [
            AnOperation.Started(AnOperation.Limited), AnOperation.Taken(1, null, Sample.Id(91)), AnOperation.Advanced(1, 1)]);
    }

    private static IEnumerable<GoldenFile> StoragePolicies()
    {
        yield return Project("project-purged", "a project that was to be deleted, restored, then purged", [
            new ProjectEvent.Created("old", null, null, Sample.At(0)),
            new ProjectEvent.DeletionScheduled(Sample.At(700), Sample.At(1)),
            new ProjectEvent.DeletionCancelled(Sample.At(2)),
            new ProjectEvent.DeletionScheduled(Sample.At(900), Sample.At(3)),
            new ProjectEvent.Deleted(Sample.At(900)),
            new ProjectEvent.Purged(Sample.At(901))]);
        yield return Run("run-unstored", "a run whose bodies were in memory only, and are lost", [
            new RunEvent.Created(Plan with { Storage = RetentionPolicy.EraseAll }, Sample.At(0)) { RunId = RunId },
            Claimed(),
            new RunEvent.Ended(RunStatus.Lost, RunLoss.BodiesLost, "gone", Sample.At(5))]);
    }

    private static IEnumerable<GoldenFile> Runs()
    {
        var failed = new RunFact.StepCompleted(
            Sample.At(16), StepB, JobB, ExitReason.Fail, "JobError", "„Ünicode“ <b>&</b>", null, true, 1500, 0);
        var startedB = new RunFact.StepStarted(Sample.At(15), StepB, JobB, null);
        var openB = new OpenStep(StepB, JobB, 1, Sample.At(15), null);

        yield return Run("run-success", "one attempt, two steps, a final dataclip", [
            Created(),
            Claimed(),
            Reported(2, Started("""{"node":"22.1.0"}"""), StepStarted()),
            Reported(5),
            Reported(8, StepCompleted(), startedB, failed,
                new RunFact.Completed(Sample.At(17), RunStatus.Success, null, null, OutputA))]);
        yield return Run("run-resume-then-cancel", "a lost attempt, resumed behind its finished step, then cancelled", [
            Created(),
            Claimed(),
            Reported(4, Started(), StepStarted(), StepCompleted(), startedB),
            new RunEvent.Requeued(1, "node gone", true, Sample.At(18)) { LostSteps = [openB] },
            Claimed(2),
            new RunEvent.Ended(RunStatus.Cancelled, null, null, Sample.At(40))]);
        yield return Run("run-lost", "a run that is not tried again", [
            Created(LossPolicy.Lost),
            Claimed(),
            Reported(2, Started(), StepStarted()),
            new RunEvent.Ended(RunStatus.Lost, "LostAfterStart", "worker gone", Sample.At(30)) { LostSteps = [OpenA()] }]);
        var policy = new JobRetries([new JobRetry(JobB, new RetryPolicy(3, 1_000, 60_000))]);
        yield return Run("run-step-retried", "a failed step that is executed again, and succeeds", [
            new RunEvent.Created(Plan with { Retries = policy, Queue = RunQueue.FastLane }, Sample.At(0)) { RunId = RunId },
            Claimed(),
            Reported(8, Started(), StepStarted(), StepCompleted(), startedB, failed,
                new RunFact.RetryScheduled(Sample.At(17), [StepB], Sample.At(18.1)) { LostSteps = [OpenA()] }),
            Claimed(2),
            new RunEvent.Reported(2, 1, [new RunFact.Completed(Sample.At(40), RunStatus.Success, null, null, OutputA)])]);
        yield return Run("run-entered-twice", "an attempt whose worker came back by other ways, then a second attempt", [
            Created(),
            Claimed(),
            Reported(2, Started(), StepStarted()),
            new RunEvent.Entered(1, 1),
            Reported(3, StepCompleted()),
            new RunEvent.Entered(1, 2),
            Requeued(),
            Claimed(2)]);
        yield return Run("run-open-step-at-the-end", "a completion that closes a step as lost", [
            Created(LossPolicy.Restart),
            Claimed(),
            Reported(3, Started(), StepStarted(), Completed(RunStatus.Killed, OpenA()))]);
        yield return Run("run-given-back", "an attempt that nobody came for, then one with a webhook's answer", [
            Created(),
            Claimed(),
            new RunEvent.Requeued(1, "not joined", true, Sample.At(12)) { GivenBack = true },
            Claimed(2),
            new RunEvent.Reported(2, 3, [
                Started(), StepStarted(), (RunFact.StepCompleted)StepCompleted() with { WebhookResponseId = Sample.Id(35) }]),
            new RunEvent.Reported(2, 4, [Completed(RunStatus.Success)])]);
    }

    private static IEnumerable<GoldenFile> Instance()
    {
        var first = InstanceSettings.Default with { RequiresMfa = true, StaleAccountDays = 90 };
        yield return GoldenReplay.Instance.Write("instance-settings", "settings that were changed twice", [
            new InstanceEvent.SettingsChanged(first, InstanceSettings.Default, Sample.At(0)),
            new InstanceEvent.SettingsChanged(first with { Contact = "the help desk" }, first, Sample.At(60))]);
    }

    private static IEnumerable<GoldenFile> OpenId()
    {
        var provider = Messages.OpenIdSamples.Provider;
        yield return GoldenReplay.OpenIdProvider.Write("openid-provider", "a provider that was set up, changed and removed", [
            new OpenIdProviderEvent.SetUp(provider, Sample.At(0)),
            new OpenIdProviderEvent.SetUp(provider with { Audiences = [], MfaValues = [], CreateUsers = false }, Sample.At(60)),
            new OpenIdProviderEvent.Removed(Sample.At(120))]);
        yield return GoldenReplay.OpenIdLink.Write("openid-link", "a person whose first account was purged", [
            new OpenIdLinkEvent.Linked(Sample.Id(1), Sample.At(0)), new OpenIdLinkEvent.Linked(Sample.Id(2), Sample.At(60))]);
    }

    private static IEnumerable<GoldenFile> Submissions()
    {
        yield return GoldenReplay.Submission.Write("submission-reserved", "a key that was used twice, a day apart", [
            new SubmissionEvent.Reserved(new Reservation("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", RunId, WorkOrderId), Sample.At(0)),
            new SubmissionEvent.Reserved(new Reservation("AAAA", Sample.Id(8), Sample.Id(9)), Sample.At(86_400))]);
    }

    private static IEnumerable<GoldenFile> Retries()
    {
        yield return Run("run-retry", "a retry from a step that takes over another step", [
            new RunEvent.Created(
                Plan with
                {
                    StartNodeId = JobB,
                    SingleJob = true,
                    RetryOf = new RetryOf(Sample.Id(40), StepB, new OrderFacts(6, Sample.Id(6), InputId, Sample.At(-9)), Sample.Id(41), Sample.Id(42)),
                },
                Sample.At(0))
            {
                RunId = RunId,
                Reused =
                [
                    new ReusedStep(StepA, JobA, ExitReason.Success, InputId, OutputA, false, null, null, Sample.At(-8), Sample.At(-7), 1000, 5),
                ],
            },
            Claimed()]);
    }

    private static IEnumerable<GoldenFile> Rejected()
    {
        yield return Run("run-rejected", "a work order without a run, because a limit was reached", [
            new RunEvent.Rejected(Plan, "too_many_runs", Sample.At(0)) { RunId = RunId }]);
        yield return Run("run-scheduled", "a run for a tick of a schedule", [
            new RunEvent.Created(Plan with { ScheduledFor = Sample.At(0) }, Sample.At(1)) { RunId = RunId },
            new RunEvent.Ended(RunStatus.Cancelled, null, null, Sample.At(2))]);
    }

    private static IEnumerable<GoldenFile> Triggers()
    {
        var method = new AuthMethod(Sample.Id(70), "partner", AuthMethodType.Basic, "clinic", "hash-1", Sample.At(1), Sample.At(1));
        yield return Project("project-triggers", "limits, webhook auth methods, a guarded webhook and a schedule", [
            new ProjectEvent.Created("data-team", null, null, Sample.At(0))
            {
                Settings = new ProjectSettings(null, null, null, null) { WebhooksPerSecond = 5 },
            },
            new ProjectEvent.AuthMethodSaved(method),
            new ProjectEvent.AuthMethodSaved(method with { Id = Sample.Id(71), Name = "sensor", Type = AuthMethodType.Api, Username = null }),
            new ProjectEvent.WorkflowSaved(AWorkflow.Guarded, 1, Sample.At(2)),
            new ProjectEvent.WorkflowSaved(AWorkflow.Scheduled, 1, Sample.At(3)),
            new ProjectEvent.WorkflowSaved(AWorkflow.Scheduled with { Concurrency = 2 }, 2, Sample.At(4)),
            new ProjectEvent.WorkflowDeleted(AWorkflow.Guarded.Id, Sample.At(5)),
            new ProjectEvent.AuthMethodDeleted(Sample.Id(70), Sample.At(6)),
            new ProjectEvent.Updated("data-team", null, null, Sample.At(7))
            {
                Settings = new ProjectSettings(null, null, null, null) { SoftWaitingRuns = 10, HardWaitingRuns = 20 },
            }]);
    }

    private static IEnumerable<GoldenFile> Projects()
    {
        yield return Project("project-with-workflows", "workflows saved, deleted and saved again", [
            new ProjectEvent.Created("data-team", "Moves data", 4, Sample.At(0)),
            new ProjectEvent.Updated("data-team", null, null, Sample.At(1)),
            new ProjectEvent.WorkflowSaved(AWorkflow.Full, 1, Sample.At(2)),
            new ProjectEvent.WorkflowSaved(AWorkflow.Full with { Concurrency = 2 }, 2, Sample.At(3)),
            new ProjectEvent.WorkflowSaved(AWorkflow.Cron, 1, Sample.At(4)),
            new ProjectEvent.WorkflowDeleted(AWorkflow.Full.Id, Sample.At(5)),
            new ProjectEvent.WorkflowSaved(AWorkflow.Full, 3, Sample.At(6)),
            new ProjectEvent.WorkflowDeleted(AWorkflow.Cron.Id, Sample.At(7))]);
        yield return Project("project-with-settings", "a weight and limits, and limits only", [
            new ProjectEvent.Created("data-team", null, 4, Sample.At(0)) { Settings = new ProjectSettings(7, 60_000, 256, 2) },
            new ProjectEvent.Updated("data-team", null, 4, Sample.At(1)) { Settings = new ProjectSettings(null, 30_000, null, null) }]);
        yield return Project("project-deleted", "a project that is gone", [
            new ProjectEvent.Created("old", null, null, Sample.At(0)),
            new ProjectEvent.WorkflowSaved(AWorkflow.Full, 1, Sample.At(1)),
            new ProjectEvent.Deleted(Sample.At(2))]);
    }

    private static IEnumerable<GoldenFile> Vaults()
    {
        yield return Vault("vault-credentials", "credentials created, changed, granted, withdrawn and deleted", [
            AVault.Created(AVault.Dhis),
            AVault.Created(AVault.Other, "other"),
            AVault.Granted(AVault.Dhis, AVault.Project),
            AVault.Granted(AVault.Dhis, Sample.Id(2)),
            new VaultEvent.Updated(
                AVault.Dhis, "dhis2-new", "dhis2", ["token"], new SealedBody(new byte[] { 9, 8, 7 }), Sample.At(5)),
            new VaultEvent.Withdrawn(AVault.Dhis, Sample.Id(2), Sample.At(6)),
            new VaultEvent.Deleted(AVault.Other, Sample.At(7))]);
        yield return Vault("vault-erased", "a vault whose owner was erased, with a credential that was left", [
            AVault.Created(AVault.Dhis),
            new VaultEvent.Deleted(AVault.Dhis, Sample.At(1)),
            new VaultEvent.Erased(Sample.At(1))]);
        yield return Vault("vault-tokens", "OAuth tokens authorized, renewed and refused", [
            ((VaultEvent.Created)AVault.Created(AVault.Dhis)) with { Kind = CredentialKind.Oauth2AuthorizationCode },
            new VaultEvent.TokensSet(AVault.Dhis, "main", new SealedBody(new byte[] { 1 }), Sample.At(10), false, true, Sample.At(1)),
            new VaultEvent.RenewalBegan(AVault.Dhis, "main", Sample.Id(74), Sample.At(40), Sample.At(10)),
            new VaultEvent.TokensSet(AVault.Dhis, "main", new SealedBody(new byte[] { 2 }), null, true, false, Sample.At(11)),
            new VaultEvent.BodySet(AVault.Dhis, "staging", ["token"], new SealedBody(new byte[] { 9, 8, 7 }), "ff00", Sample.At(12)),
            new VaultEvent.RenewalBegan(AVault.Dhis, "staging", Sample.Id(75), Sample.At(50), Sample.At(20)),
            new VaultEvent.RenewalFailed(AVault.Dhis, "staging", Sample.Id(75), true, Sample.At(21)),
            new VaultEvent.RenewalBegan(AVault.Dhis, "main", Sample.Id(76), Sample.At(60), Sample.At(30))]);
        yield return Vault("vault-transfer-given", "credentials offered, by id and by address, one accepted, reverted, accepted again and released", [
            AVault.Created(AVault.Dhis),
            AVault.Created(AVault.Other, "other"),
            AVault.Granted(AVault.Dhis, AVault.Project),
            new VaultEvent.TransferOffered(AVault.Dhis, Sample.Id(90), null, Sample.At(30), Sample.At(2)),
            new VaultEvent.TransferOffered(AVault.Other, null, "key", Sample.At(30), Sample.At(3)),
            new VaultEvent.TransferAccepted(AVault.Dhis, Sample.Id(91), Sample.Id(90), [AVault.Project], Sample.At(4)),
            new VaultEvent.TransferReverted(AVault.Dhis, Sample.Id(91), Sample.At(5)),
            new VaultEvent.TransferEnded(AVault.Other, Sample.Id(90), Sample.At(6)),
            new VaultEvent.TransferOffered(AVault.Other, null, "key", Sample.At(30), Sample.At(6)),
            new VaultEvent.TransferAccepted(AVault.Other, Sample.Id(92), Sample.Id(90), [], Sample.At(7)),
            new VaultEvent.TransferAccepted(AVault.Dhis, Sample.Id(93), Sample.Id(90), [], Sample.At(8)),
            new VaultEvent.TransferReleased(AVault.Dhis, Sample.Id(93), Sample.Id(90), Sample.At(9))]);
        yield return Vault("vault-transfer-received", "one transfer that never came, one received, and one received and settled", [
            new VaultEvent.TransferDisowned(AVault.Dhis, Sample.Id(91), Sample.At(1)),
            Received(AVault.Dhis, 92),
            Received(AVault.Other, 93),
            new VaultEvent.TransferSettled(AVault.Dhis, Sample.Id(92), Sample.At(4))]);
        yield return Vault("vault-environments", "credentials of kinds and environments, deleted and restored", [
            ((VaultEvent.Created)AVault.Created(AVault.Dhis)) with { Kind = CredentialKind.Basic, Fingerprint = "00ff", ExternalId = "clinic-1", ExpiresAt = Sample.At(9) },
            AVault.Created(AVault.Other, "other"),
            new VaultEvent.BodySet(AVault.Dhis, "staging", ["token"], new SealedBody(new byte[] { 9, 8, 7 }), "ff00", Sample.At(5)),
            new VaultEvent.BodySet(AVault.Dhis, "test", ["token"], new SealedBody(new byte[] { 6, 5, 4 }), "f00f", Sample.At(6)),
            new VaultEvent.BodyRemoved(AVault.Dhis, "test", Sample.At(7)),
            new VaultEvent.Updated(AVault.Dhis, "dhis2-new", "basic", ["token"], new SealedBody(new byte[] { 9 }), Sample.At(7)) { Fingerprint = "0ff0", ExternalId = "clinic-2", ExpiresAt = Sample.At(10) },
            new VaultEvent.Removed(AVault.Dhis, Sample.At(20), Sample.At(8)),
            new VaultEvent.Restored(AVault.Dhis, Sample.At(9)),
            new VaultEvent.Removed(AVault.Other, Sample.At(30), Sample.At(10))]);
    }

    private static IEnumerable<GoldenFile> Erasures()
    {
        var ended = new ErasureState(
            ErasureStatus.Done, Sample.Id(80), [], ["hash-1"], 2, null, 30, 1, new ErasureCounts(4, 3, 2, 1), Sample.At(0), Sample.At(2), Sample.At(4));
        ErasureEvent[] begun =
        [
            new ErasureEvent.Started(Sample.Id(80), ["Ada „Lovelace“"], ["hash-1"], Sample.At(0)),
            new ErasureEvent.Advanced(1, "c00", 20, 1, Sample.At(1)),
            new ErasureEvent.Advanced(2, null, 10, 0, Sample.At(2)),
            new ErasureEvent.Executed(Sample.At(3)),
        ];
        yield return GoldenReplay.Erasure.Write("erasure-executed", "two pages searched, and said to be erased", begun);
        yield return GoldenReplay.Erasure.Write("erasure-done", "what is left when it is over", [new ErasureEvent.Ended(ended)]);
        yield return Run("run-messages-erased", "what is left of a run that forgot what its jobs said", [
            new RunEvent.MessagesErased(((RunEvent[])[
                new RunEvent.Created(Plan, Sample.At(0)) { RunId = RunId }, Claimed(), new RunEvent.Ended(RunStatus.Lost, "LostError", null, Sample.At(5)),
            ]).Aggregate(RunState.Absent, new RunBehavior().Evolve))]);
    }

    private static IEnumerable<GoldenFile> Operations()
    {
        yield return GoldenReplay.Operation.Write("bulk-operation-done", "two pages, one of them with a refusal", [
            AnOperation.Started(),
            AnOperation.Taken(1, "cursor", Sample.Id(91), Sample.Id(92)),
            AnOperation.Advanced(1, 1, new ItemRefusal(Sample.Id(92), "dataclip_wiped", "„gone“")),
            AnOperation.Taken(2, null, Sample.Id(93)),
            AnOperation.Advanced(2, 1),
            new OperationEvent.Ended(OperationStatus.Done, Sample.At(3))]);
        yield return GoldenReplay.Operation.Write("bulk-operation-stopped", "a list of runs, stopped in its page", [
            AnOperation.Started(AnOperation.Listed),
            AnOperation.Taken(1, null, Sample.Id(91), Sample.Id(92)),
            new OperationEvent.Ended(OperationStatus.Stopped, Sample.At(3)),
            AnOperation.Advanced(1, 2)]);
    }

    private static IEnumerable<GoldenFile> Members()
    {
        var staging = new EnvironmentSet(["staging"]);
        yield return Project("project-members", "members, preferences, invitations, and a project that changes hands twice", [
            new ProjectEvent.Created("data-team", null, null, Sample.At(0))
            {
                OwnerId = Sample.Id(80),
                Policies = ProjectPolicies.Usual with { Environments = new EnvironmentSet(["production", "staging"]) },
            },
            new ProjectEvent.MemberAdded(Sample.Id(81), ProjectRole.Editor, staging, Sample.At(1)),
            new ProjectEvent.MemberAdded(Sample.Id(82), ProjectRole.Viewer, null, Sample.At(2)),
            new ProjectEvent.MemberChanged(Sample.Id(81), ProjectRole.Admin, null, Sample.At(3)),
            new ProjectEvent.PreferencesSet(Sample.Id(82), Digest.Weekly, true, Sample.At(4)),
            new ProjectEvent.Updated("data-team", null, null, Sample.At(5))
            {
                Policies = new ProjectPolicies(true, RetentionPolicy.RetainAll, 90, 30) { Environments = new EnvironmentSet(["main", "staging"]) },
            },
            new ProjectEvent.Updated("data-team", "Moves data", null, Sample.At(6)),
            new ProjectEvent.OwnershipOffered(Sample.Id(80), Sample.Id(82), Sample.At(604_806), Sample.At(6)),
            new ProjectEvent.OwnershipOfferEnded(Sample.Id(82), Sample.At(7)),
            new ProjectEvent.OwnershipOffered(Sample.Id(80), Sample.Id(81), Sample.At(604_808), Sample.At(8)),
            new ProjectEvent.OwnershipTransferred(Sample.Id(80), Sample.Id(81), Sample.At(9)),
            new ProjectEvent.OwnershipTransferred(Sample.Id(81), Sample.Id(83), Sample.At(10)),
            new ProjectEvent.MemberRemoved(Sample.Id(80), Sample.At(11)),
            new ProjectEvent.Invited(Invitation(90, staging), []),
            new ProjectEvent.Invited(Invitation(91, null), []),
            new ProjectEvent.Invited(Invitation(92, null), []),
            new ProjectEvent.InvitationAccepted(Sample.Id(90), Sample.Id(84), Sample.At(12)),
            new ProjectEvent.InvitationRevoked(Sample.Id(91), Sample.At(13)),
            new ProjectEvent.Invited(Invitation(93, null), [Sample.Id(91)]),
            new ProjectEvent.OwnershipOffered(Sample.Id(83), Sample.Id(84), Sample.At(604_814), Sample.At(14))]);
        yield return Project("project-repository", "a repository, written to twice, and disconnected", [
            new ProjectEvent.Created("data-team", null, null, Sample.At(0)) { OwnerId = Sample.Id(80) },
            new ProjectEvent.RepositoryConnected(
                new Repository("https://api.github.com", "acme/flows", "main", "project.yaml", "sealed"), Sample.At(1)),
            new ProjectEvent.SyncStarted(Sample.Id(95), Sample.Id(80), null, Sample.At(2)),
            new ProjectEvent.SyncEnded(Sample.Id(95), new SyncResult("abc", null), Sample.At(3)),
            new ProjectEvent.SyncStarted(Sample.Id(96), Sample.Id(80), Sample.Id(95), Sample.At(4)),
            new ProjectEvent.SyncEnded(Sample.Id(96), new SyncResult(null, "unreachable"), Sample.At(5)),
            new ProjectEvent.RepositoryDisconnected(Sample.At(6))]);
        yield return Project("project-egress", "hosts allowed, others in their place, and all taken back", [
            new ProjectEvent.Created("data-team", null, null, Sample.At(0)) { OwnerId = Sample.Id(80) },
            new ProjectEvent.HostsAllowed(["partner.example"], Sample.At(1)),
            new ProjectEvent.HostsAllowed(["partner.example:8443", "http://10.0.0.7:8080"], Sample.At(2)),
            new ProjectEvent.HostsAllowed([], Sample.At(3))]);
        yield return Project("project-hold", "a legal hold, with another reason, that outlives a deletion that was asked for, and is lifted", [
            new ProjectEvent.Created("data-team", null, null, Sample.At(0)) { OwnerId = Sample.Id(80) },
            new ProjectEvent.HoldSet("case 12", Sample.At(1)),
            new ProjectEvent.DeletionScheduled(Sample.At(700), Sample.At(2)),
            new ProjectEvent.HoldSet("cases 12 and 13", Sample.At(3)),
            new ProjectEvent.HoldLifted(Sample.At(4))]);
        yield return Project("project-dataclip-names", "a dataclip that is named, another that is, and one that is so no more", [
            new ProjectEvent.Created("data-team", null, null, Sample.At(0)) { OwnerId = Sample.Id(80) },
            new ProjectEvent.DataclipNamed(Sample.Id(97), "a patient without a name", Sample.At(1)),
            new ProjectEvent.DataclipNamed(Sample.Id(98), "the usual one", Sample.At(2)),
            new ProjectEvent.DataclipUnnamed(Sample.Id(97), Sample.At(3))]);
        yield return Project("project-keychains", "a keychain credential that is made, changed and used, and one that is deleted", [
            new ProjectEvent.Created("data-team", null, null, Sample.At(0)) { OwnerId = Sample.Id(80) },
            new ProjectEvent.KeychainSaved(new Keychain(Sample.Id(98), "clinics", "$.clinic", null, Sample.At(1), Sample.At(1))),
            new ProjectEvent.KeychainSaved(new Keychain(Sample.Id(98), "clinics", "$.data['clinic'][0]", AVault.Dhis, Sample.At(1), Sample.At(2))),
            new ProjectEvent.KeychainSaved(new Keychain(Sample.Id(99), "sites", "$.site", null, Sample.At(3), Sample.At(3))),
            new ProjectEvent.WorkflowSaved(AWorkflow.WithJob(AWorkflow.Load with { Id = Sample.Id(56), CredentialId = null, KeychainId = Sample.Id(98) }), 1, Sample.At(4)),
            new ProjectEvent.KeychainDeleted(Sample.Id(99), Sample.At(5))]);
        yield return Project("project-without-owner", "a project of before there were members, to which an owner is appointed", [
            new ProjectEvent.Created("data-team", null, null, Sample.At(0)),
            new ProjectEvent.OwnershipTransferred(null, Sample.Id(80), Sample.At(1))]);
    }

    private static Invitation Invitation(int id, EnvironmentSet? environments) =>
        new(Sample.Id(id), $"key-{id}", "sealed", ProjectRole.Editor, environments, $"hash-{id}", Sample.Id(80), Sample.At(11), Sample.At(604_811));

    private static IEnumerable<GoldenFile> Chains()
    {
        yield return GoldenReplay.Chain.Write("audit-chain", "extended, signed and extended again", [
            new ChainEvent.Extended(2, "0a0b", Sample.At(1)),
            new ChainEvent.Signed(1, 2, Sample.At(2)),
            new ChainEvent.Extended(5, "0c0d", Sample.At(3))]);
    }

    private static GoldenFile Run(string name, string about, RunEvent[] events) =>
        GoldenReplay.Run.Write(name, about, events);

    private static GoldenFile Project(string name, string about, ProjectEvent[] events) =>
        GoldenReplay.Project.Write(name, about, events);

    private static VaultEvent Received(Guid credential, int transfer) => new VaultEvent.TransferReceived(
        Sample.Id(transfer), Sample.Id(69),
        new Credential(credential, $"c{transfer}", "raw", ["a"], AVault.Body, [AVault.Project], 2, Sample.At(0), Sample.At(3))
        {
            Kind = CredentialKind.Oauth2AuthorizationCode,
            ExternalId = $"clinic-{transfer}",
            Tokens = ImmutableSortedDictionary<string, TokenState>.Empty.Add("main", new TokenState(AVault.Body, Sample.At(9), true, false)),
        },
        [Sample.Id(2)], Sample.At(3));

    private static GoldenFile Vault(string name, string about, VaultEvent[] events) =>
        GoldenReplay.Vault.Write(name, about, events);

    private static IEnumerable<GoldenFile> Accounts()
    {
        var at = Sample.At(20);
        yield return GoldenReplay.Accounts.Write("accounts-of-all-kinds", "set up, created, changed each way, left and purged", [
            AnAccount.SetUp(),
            AnAccount.Created(),
            new AccountsEvent.EmailChanged(AnAccount.Dana, "key-2", at),
            new AccountsEvent.Promoted(AnAccount.Dana, at),
            new AccountsEvent.Demoted(AnAccount.Root, at),
            new AccountsEvent.Disabled(AnAccount.Root, at),
            new AccountsEvent.Enabled(AnAccount.Root, at),
            new AccountsEvent.Created(Sample.Id(82), "key-3", true, at),
            new AccountsEvent.DeletionScheduled(Sample.Id(82), Sample.At(30), at),
            new AccountsEvent.DeletionCancelled(Sample.Id(82), at),
            new AccountsEvent.DeletionScheduled(Sample.Id(82), Sample.At(30), at),
            new AccountsEvent.Purged(Sample.Id(82), Sample.At(31)),
            new AccountsEvent.DeletionScheduled(AnAccount.Root, Sample.At(60), at)]);
        yield return GoldenReplay.User.Write("user-signed-in", "a user with a session, refreshed, and an API token", [
            AUser.Created(),
            new UserEvent.PersonSet(AUser.Person, at),
            new UserEvent.PasswordSet("hash-2", at),
            new UserEvent.PasswordRehashed("hash-2b", at),
            AUser.Begun(AUser.Current),
            AUser.Begun(AUser.Other),
            new UserEvent.SessionRefreshed(AUser.Current, "access-2", "refresh-2", Sample.At(700), Sample.At(50_000), at),
            new UserEvent.SessionsEnded([AUser.Other], SessionEnd.RefreshReused, at),
            AUser.TokenCreated(AUser.Token),
            AUser.TokenCreated(Sample.Id(95)),
            new UserEvent.TokensRevoked([Sample.Id(95)], at)]);
        yield return GoldenReplay.Accounts.Write("accounts-locked", "registered, locked as stale, and unlocked", [
            AnAccount.SetUp(),
            new AccountsEvent.Created(AnAccount.Dana, "key-dana", false, at) { IsUnverified = true },
            new AccountsEvent.LockedStale(AnAccount.Dana, at),
            new AccountsEvent.Unlocked(AnAccount.Dana, at),
            new AccountsEvent.LockedStale(AnAccount.Dana, at)]);
        yield return GoldenReplay.User.Write("user-second-factor", "a second factor set up, used each way, removed and on offer", [
            AUser.Created(),
            AUser.Begun(AUser.Current),
            new UserEvent.MfaOffered(AUser.Secret, at),
            new UserEvent.MfaConfirmed(AUser.Mfa, AUser.Current),
            new UserEvent.MfaRemoved(true, at),
            new UserEvent.MfaOffered(AUser.Secret, at),
            new UserEvent.MfaConfirmed(AUser.Mfa, null),
            AUser.BegunWith(AUser.Other, new SecondFactor(41, null), "address-1"),
            AUser.BegunWith(Sample.Id(96), new SecondFactor(null, "recovery-1"), null),
            new UserEvent.RecoveryCodesSet(new SecondFactor(42, null), ["recovery-3"], at),
            new UserEvent.SessionsEnded([AUser.Current], SessionEnd.MfaChanged, at)]);
        yield return GoldenReplay.User.Write("user-links", "a password set by a link, and another link", [
            new UserEvent.Created(AUser.Person, null, at),
            new UserEvent.LinkOffered(new PasswordLink("hash-l", LinkPurpose.Invitation, Sample.At(900)), at),
            new UserEvent.LinkAccepted(LinkPurpose.Invitation, at),
            new UserEvent.PasswordSet("hash-1", at),
            new UserEvent.LinkOffered(new PasswordLink("hash-m", LinkPurpose.Reset, Sample.At(990)), at)]);
        yield return GoldenReplay.User.Write("user-erased", "a user who was erased", [
            AUser.Created(),
            AUser.Begun(AUser.Current),
            AUser.TokenCreated(AUser.Token),
            new UserEvent.Erased([AUser.Current], [AUser.Token], at)]);
    }
}
