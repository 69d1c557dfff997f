using System.Diagnostics;
using System.Text.Json.Serialization;
using Actors.Serialization;
using Actors.Workflows;
using Cluster.Entities;
using Cluster.Journal;

namespace Actors.Projects;

/// <summary>Events of a project to bytes and back. A manifest is never reused.</summary>
public sealed class ProjectCodec : IEntityCodec<ProjectState, ProjectEvent>
{
    private const string Created = "project-created.v1";
    private const string Updated = "project-updated.v1";
    private const string WorkflowSaved = "project-workflow-saved.v1";
    private const string WorkflowDeleted = "project-workflow-deleted.v1";
    private const string Deleted = "project-deleted.v1";
    private const string DeletionScheduled = "project-deletion-scheduled.v1";
    private const string DeletionCancelled = "project-deletion-cancelled.v1";
    private const string Purged = "project-purged.v1";
    private const string AuthMethodSaved = "project-auth-method-saved.v1";
    private const string AuthMethodDeleted = "project-auth-method-deleted.v1";
    private const string MemberAdded = "project-member-added.v1";
    private const string MemberChanged = "project-member-changed.v1";
    private const string MemberRemoved = "project-member-removed.v1";
    private const string PreferencesSet = "project-member-preferences-set.v1";
    private const string OwnershipOffered = "project-ownership-offered.v1";
    private const string OwnershipOfferEnded = "project-ownership-offer-ended.v1";
    private const string OwnershipTransferred = "project-ownership-transferred.v1";
    private const string Invited = "project-invited.v1";
    private const string InvitationAccepted = "project-invitation-accepted.v1";
    private const string InvitationRevoked = "project-invitation-revoked.v1";
    private const string RepositoryConnected = "project-repository-connected.v1";
    private const string RepositoryDisconnected = "project-repository-disconnected.v1";
    private const string SyncStarted = "project-sync-started.v1";
    private const string SyncEnded = "project-sync-ended.v1";
    private const string HostsAllowed = "project-hosts-allowed.v1";
    private const string HoldSet = "project-hold-set.v1";
    private const string HoldLifted = "project-hold-lifted.v1";
    private const string DataclipNamed = "project-dataclip-named.v1";
    private const string DataclipUnnamed = "project-dataclip-unnamed.v1";
    private const string KeychainSaved = "project-keychain-saved.v1";
    private const string KeychainDeleted = "project-keychain-deleted.v1";
    private const string Resealed = "project-resealed.v1";
    private const string State = "project-state.v1";

    private static readonly ProjectJson Json = new(StoredJson.Options(ProjectJson.Default));

    public Payload Encode(ProjectEvent @event) => @event switch
    {
        ProjectEvent.Created created => StoredJson.Encode(Created, created, Json.Created),
        ProjectEvent.Updated updated => StoredJson.Encode(Updated, updated, Json.Updated),
        ProjectEvent.WorkflowSaved saved => StoredJson.Encode(WorkflowSaved, saved, Json.WorkflowSaved),
        ProjectEvent.WorkflowDeleted deleted => StoredJson.Encode(WorkflowDeleted, deleted, Json.WorkflowDeleted),
        ProjectEvent.Deleted deleted => StoredJson.Encode(Deleted, deleted, Json.Deleted),
        ProjectEvent.DeletionScheduled scheduled => StoredJson.Encode(DeletionScheduled, scheduled, Json.DeletionScheduled),
        ProjectEvent.DeletionCancelled cancelled => StoredJson.Encode(DeletionCancelled, cancelled, Json.DeletionCancelled),
        ProjectEvent.Purged purged => StoredJson.Encode(Purged, purged, Json.Purged),
        ProjectEvent.AuthMethodSaved saved => StoredJson.Encode(AuthMethodSaved, saved, Json.AuthMethodSaved),
        ProjectEvent.AuthMethodDeleted deleted => StoredJson.Encode(AuthMethodDeleted, deleted, Json.AuthMethodDeleted),
        ProjectEvent.MemberAdded added => StoredJson.Encode(MemberAdded, added, Json.MemberAdded),
        ProjectEvent.MemberChanged changed => StoredJson.Encode(MemberChanged, changed, Json.MemberChanged),
        ProjectEvent.MemberRemoved removed => StoredJson.Encode(MemberRemoved, removed, Json.MemberRemoved),
        ProjectEvent.PreferencesSet set => StoredJson.Encode(PreferencesSet, set, Json.PreferencesSet),
        ProjectEvent.OwnershipOffered offered => StoredJson.Encode(OwnershipOffered, offered, Json.OwnershipOffered),
        ProjectEvent.OwnershipOfferEnded ended => StoredJson.Encode(OwnershipOfferEnded, ended, Json.OwnershipOfferEnded),
        ProjectEvent.OwnershipTransferred transferred => StoredJson.Encode(OwnershipTransferred, transferred, Json.OwnershipTransferred),
        ProjectEvent.Invited invited => StoredJson.Encode(Invited, invited, Json.Invited),
        ProjectEvent.InvitationAccepted accepted => StoredJson.Encode(InvitationAccepted, accepted, Json.InvitationAccepted),
        ProjectEvent.InvitationRevoked revoked => StoredJson.Encode(InvitationRevoked, revoked, Json.InvitationRevoked),
        ProjectEvent.RepositoryConnected connected => StoredJson.Encode(RepositoryConnected, connected, Json.RepositoryConnected),
        ProjectEvent.RepositoryDisconnected disconnected => StoredJson.Encode(RepositoryDisconnected, disconnected, Json.RepositoryDisconnected),
        ProjectEvent.SyncStarted started => StoredJson.Encode(SyncStarted, started, Json.SyncStarted),
        ProjectEvent.SyncEnded ended => StoredJson.Encode(SyncEnded, ended, Json.SyncEnded),
        ProjectEvent.HostsAllowed allowed => StoredJson.Encode(HostsAllowed, allowed, Json.HostsAllowed),
        ProjectEvent.HoldSet set => StoredJson.Encode(HoldSet, set, Json.HoldSet),
        ProjectEvent.HoldLifted lifted => StoredJson.Encode(HoldLifted, lifted, Json.HoldLifted),
        ProjectEvent.DataclipNamed named => StoredJson.Encode(DataclipNamed, named, Json.DataclipNamed),
        ProjectEvent.DataclipUnnamed unnamed => StoredJson.Encode(DataclipUnnamed, unnamed, Json.DataclipUnnamed),
        ProjectEvent.KeychainSaved saved => StoredJson.Encode(KeychainSaved, saved, Json.KeychainSaved),
        ProjectEvent.KeychainDeleted deleted => StoredJson.Encode(KeychainDeleted, deleted, Json.KeychainDeleted),
        ProjectEvent.Resealed resealed => StoredJson.Encode(Resealed, resealed, Json.Resealed),
        _ => throw new UnreachableException(),
    };

    public ProjectEvent Decode(in Payload payload) => payload.Manifest switch
    {
        Created => StoredJson.Decode(payload, Json.Created),
        Updated => StoredJson.Decode(payload, Json.Updated),
        WorkflowSaved => StoredJson.Decode(payload, Json.WorkflowSaved),
        WorkflowDeleted => StoredJson.Decode(payload, Json.WorkflowDeleted),
        Deleted => StoredJson.Decode(payload, Json.Deleted),
        DeletionScheduled => StoredJson.Decode(payload, Json.DeletionScheduled),
        DeletionCancelled => StoredJson.Decode(payload, Json.DeletionCancelled),
        Purged => StoredJson.Decode(payload, Json.Purged),
        AuthMethodSaved => StoredJson.Decode(payload, Json.AuthMethodSaved),
        AuthMethodDeleted => StoredJson.Decode(payload, Json.AuthMethodDeleted),
        MemberAdded => StoredJson.Decode(payload, Json.MemberAdded),
        MemberChanged => StoredJson.Decode(payload, Json.MemberChanged),
        MemberRemoved => StoredJson.Decode(payload, Json.MemberRemoved),
        PreferencesSet => StoredJson.Decode(payload, Json.PreferencesSet),
        OwnershipOffered => StoredJson.Decode(payload, Json.OwnershipOffered),
        OwnershipOfferEnded => StoredJson.Decode(payload, Json.OwnershipOfferEnded),
        OwnershipTransferred => StoredJson.Decode(payload, Json.OwnershipTransferred),
        Invited => StoredJson.Decode(payload, Json.Invited),
        InvitationAccepted => StoredJson.Decode(payload, Json.InvitationAccepted),
        InvitationRevoked => StoredJson.Decode(payload, Json.InvitationRevoked),
        RepositoryConnected => StoredJson.Decode(payload, Json.RepositoryConnected),
        RepositoryDisconnected => StoredJson.Decode(payload, Json.RepositoryDisconnected),
        SyncStarted => StoredJson.Decode(payload, Json.SyncStarted),
        SyncEnded => StoredJson.Decode(payload, Json.SyncEnded),
        HostsAllowed => StoredJson.Decode(payload, Json.HostsAllowed),
        HoldSet => StoredJson.Decode(payload, Json.HoldSet),
        HoldLifted => StoredJson.Decode(payload, Json.HoldLifted),
        DataclipNamed => StoredJson.Decode(payload, Json.DataclipNamed),
        DataclipUnnamed => StoredJson.Decode(payload, Json.DataclipUnnamed),
        KeychainSaved => StoredJson.Decode(payload, Json.KeychainSaved),
        KeychainDeleted => StoredJson.Decode(payload, Json.KeychainDeleted),
        Resealed => StoredJson.Decode(payload, Json.Resealed),
        _ => throw new UnknownManifestException(payload.Manifest),
    };

    public Payload EncodeSnapshot(ProjectState state) => StoredJson.Encode(State, state, Json.ProjectState);

    public ProjectState? DecodeSnapshot(in Payload payload) =>
        payload.Manifest == State ? StoredJson.Decode(payload, Json.ProjectState) : null;
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    IgnoreReadOnlyProperties = true,
    GenerationMode = JsonSourceGenerationMode.Metadata,
    Converters =
    [
        typeof(WordConverter<ProjectStatus>),
        typeof(WordConverter<TriggerType>),
        typeof(WordConverter<WebhookReply>),
        typeof(WordConverter<EdgeCondition>),
        typeof(WordConverter<LossPolicy>),
        typeof(WordConverter<CatchUp>),
        typeof(WordConverter<AuthMethodType>),
        typeof(WordConverter<ProjectRole>),
        typeof(WordConverter<Digest>),
        typeof(WordConverter<InvitationStatus>),
        typeof(WordConverter<RetentionPolicy>),
    ])]
[JsonSerializable(typeof(ProjectEvent.Created))]
[JsonSerializable(typeof(ProjectEvent.Updated))]
[JsonSerializable(typeof(ProjectEvent.WorkflowSaved))]
[JsonSerializable(typeof(ProjectEvent.WorkflowDeleted))]
[JsonSerializable(typeof(ProjectEvent.Deleted))]
[JsonSerializable(typeof(ProjectEvent.DeletionScheduled))]
[JsonSerializable(typeof(ProjectEvent.DeletionCancelled))]
[JsonSerializable(typeof(ProjectEvent.Purged))]
[JsonSerializable(typeof(ProjectEvent.AuthMethodSaved))]
[JsonSerializable(typeof(ProjectEvent.AuthMethodDeleted))]
[JsonSerializable(typeof(ProjectEvent.MemberAdded))]
[JsonSerializable(typeof(ProjectEvent.MemberChanged))]
[JsonSerializable(typeof(ProjectEvent.MemberRemoved))]
[JsonSerializable(typeof(ProjectEvent.PreferencesSet))]
[JsonSerializable(typeof(ProjectEvent.OwnershipOffered))]
[JsonSerializable(typeof(ProjectEvent.OwnershipOfferEnded))]
[JsonSerializable(typeof(ProjectEvent.OwnershipTransferred))]
[JsonSerializable(typeof(ProjectEvent.Invited))]
[JsonSerializable(typeof(ProjectEvent.InvitationAccepted))]
[JsonSerializable(typeof(ProjectEvent.InvitationRevoked))]
[JsonSerializable(typeof(ProjectEvent.RepositoryConnected))]
[JsonSerializable(typeof(ProjectEvent.RepositoryDisconnected))]
[JsonSerializable(typeof(ProjectEvent.SyncStarted))]
[JsonSerializable(typeof(ProjectEvent.SyncEnded))]
[JsonSerializable(typeof(ProjectEvent.HostsAllowed))]
[JsonSerializable(typeof(ProjectEvent.HoldSet))]
[JsonSerializable(typeof(ProjectEvent.HoldLifted))]
[JsonSerializable(typeof(ProjectEvent.DataclipNamed))]
[JsonSerializable(typeof(ProjectEvent.DataclipUnnamed))]
[JsonSerializable(typeof(ProjectEvent.KeychainSaved))]
[JsonSerializable(typeof(ProjectEvent.KeychainDeleted))]
[JsonSerializable(typeof(ProjectEvent.Resealed))]
[JsonSerializable(typeof(ProjectState))]
internal sealed partial class ProjectJson : JsonSerializerContext;
