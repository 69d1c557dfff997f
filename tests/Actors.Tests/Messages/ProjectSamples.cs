using Actors.Projects;
using Actors.Tests.Support;
using Actors.Workflows;
using static Actors.Tests.Support.Sample;

namespace Actors.Tests.Messages;

/// <summary>Messages of a project: each with every optional part, and without.</summary>
internal static class ProjectSamples
{
    public static MessageSet Set { get; } = new(
        "project", new ProjectMessages(), [typeof(ProjectCommand), typeof(ProjectReply)], Commands(), Replies());

    private static object[] Commands() =>
    [
        new ProjectCommand.Create("data-team", "Moves \"data\" <ü>", 4),
        new ProjectCommand.Create("data-team", null, null),
        new ProjectCommand.Update(long.MaxValue, "data-team", "", 0),
        new ProjectCommand.Update(8, "data-team", null, null)
        {
            Settings = new ProjectSettings(null, null, null, null) { WebhooksPerSecond = 5, SoftWaitingRuns = 10, HardWaitingRuns = 20 },
        },
        new ProjectCommand.Update(null, "data-team", null, null),
        new ProjectCommand.Create("data-team", null, null) { Settings = new ProjectSettings(5, 60_000, 256, 2) },
        new ProjectCommand.Update(3, "data-team", null, null) { Settings = new ProjectSettings(null, null, null, 1) },
        new ProjectCommand.SaveWorkflow(AWorkflow.Full, 3, AWorkflow.Facts),
        new ProjectCommand.SaveWorkflow(AWorkflow.Cron, null, new WorkflowFacts([], [])),
        new ProjectCommand.SaveWorkflow(AWorkflow.Full with { Trigger = null, Jobs = [], Edges = [] }, 0, AWorkflow.Facts),
        new ProjectCommand.SaveWorkflow(
            AWorkflow.WithJob(AWorkflow.Load with { Id = Id(56), Retry = new RetryPolicy(3, 1_000, 60_000) }), 4, AWorkflow.Facts),
        new ProjectCommand.DeleteWorkflow(Id(55), 3),
        new ProjectCommand.DeleteWorkflow(Id(55), null),
        new ProjectCommand.Delete(),
        new ProjectCommand.SaveWorkflow(AWorkflow.Guarded, 4, AWorkflow.Facts),
        new ProjectCommand.SaveWorkflow(
            AWorkflow.WithTrigger(AWorkflow.Webhook with { ResponseCodes = new ResponseCodes(null, null) }), 5, AWorkflow.Facts),
        new ProjectCommand.SaveWorkflow(AWorkflow.Scheduled, 1, AWorkflow.Facts),
        new ProjectCommand.SaveAuthMethod(Id(70), "partner", AuthMethodType.Basic, "clinic", "hash-1", true),
        new ProjectCommand.SaveAuthMethod(Id(71), "sensor", AuthMethodType.Api, null, null, false),
        new ProjectCommand.DeleteAuthMethod(Id(70)),
        new ProjectCommand.SaveWorkflow(AWorkflow.Staged, 6, AWorkflow.Facts),
        .. Members(),
        new ProjectCommand.ScheduleDeletion(TimeSpan.FromDays(7)),
        new ProjectCommand.CancelDeletion(),
        new ProjectCommand.Purge(),
        new ProjectCommand.SetHold("case 12"),
        new ProjectCommand.LiftHold(),
        new ProjectCommand.NameDataclip(Id(97), "a patient without a name"),
        new ProjectCommand.NameDataclip(Id(97), null),
        new ProjectCommand.SaveKeychain(Id(98), "clinics", "$.clinic", AVault.Dhis, true, true),
        new ProjectCommand.SaveKeychain(Id(98), "clinics", "$.clinic", null, false, false),
        new ProjectCommand.DeleteKeychain(Id(98)),
        new ProjectCommand.SaveWorkflow(
            AWorkflow.WithJob(AWorkflow.Load with { Id = Id(56), CredentialId = null, KeychainId = Id(98) }), 4, AWorkflow.Facts),
        new ProjectCommand.Inspect(),
        new ProjectCommand.Reseal([ABlob.Change(1, 2)], null),
        new ProjectCommand.Reseal([], At(3)),
    ];

    private static EnvironmentSet Staging => new(["staging"]);

    private static object[] Members() =>
    [
        new ProjectCommand.Create("data-team", null, null)
        {
            OwnerId = Id(80),
            Policies = ProjectPolicies.Usual with { Environments = new EnvironmentSet(["production", "staging"]) },
        },
        new ProjectCommand.Update(4, "data-team", null, null)
        {
            Policies = new ProjectPolicies(true, RetentionPolicy.RetainAll, 90, 30),
        },
        new ProjectCommand.AddMember(Id(81), ProjectRole.Editor, Staging, false),
        new ProjectCommand.AddMember(Id(81), ProjectRole.Admin, null, true),
        new ProjectCommand.ChangeMember(Id(81), ProjectRole.Viewer, new EnvironmentChange(Staging)),
        new ProjectCommand.ChangeMember(Id(81), null, new EnvironmentChange(null)),
        new ProjectCommand.ChangeMember(Id(81), null, null),
        new ProjectCommand.RemoveMember(Id(81)),
        new ProjectCommand.SetPreferences(Id(81), Digest.Weekly, true),
        new ProjectCommand.SetPreferences(Id(81), null, null),
        new ProjectCommand.AppointOwner(Id(81), Id(80)),
        new ProjectCommand.AppointOwner(Id(81), null),
        new ProjectCommand.OfferOwnership(Id(80), Id(81)),
        new ProjectCommand.AcceptOwnership(Id(81)),
        new ProjectCommand.EndOwnershipOffer(Id(80)),
        new ProjectCommand.Invite(Id(90), Id(80), "key", "sealed", ProjectRole.Editor, Staging, "hash"),
        new ProjectCommand.Invite(Id(90), Id(80), "key", "sealed", ProjectRole.Viewer, null, "hash"),
        new ProjectCommand.AcceptInvitation(Id(90), "hash", "key", Id(82)),
        new ProjectCommand.RevokeInvitation(Id(90)),
        new ProjectCommand.SetTriggerAuth(Id(55), Id(70), true),
        new ProjectCommand.ConnectRepository("https://api.github.com", "acme/flows", "main", "project.yaml", "sealed"),
        new ProjectCommand.ConnectRepository("https://api.github.com", "acme/flows", "main", "project.yaml", null),
        new ProjectCommand.AllowHosts(["partner.example", "http://10.0.0.7:8080"]),
        new ProjectCommand.AllowHosts([]),
        new ProjectCommand.DisconnectRepository(),
        new ProjectCommand.StartSync(Id(95), Id(80)),
        new ProjectCommand.EndSync(Id(95), new SyncResult("abc", null)),
        new ProjectCommand.EndSync(Id(95), new SyncResult(null, "unreachable")),
    ];

    private static object[] Replies() => [new ProjectReply.Saved(7), new ProjectReply.WorkflowSaved(Id(55), 2),
        new ProjectReply.Holding(null, [new SealedAddress(Id(91), "sealed")]), new ProjectReply.Holding("sealed", [])];
}
