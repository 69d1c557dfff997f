using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Cluster.Entities;

namespace Actors.Projects;

[JsonDerivedType(typeof(Inspect), "inspect")]
[JsonDerivedType(typeof(Reseal), "reseal")]
public abstract partial record ProjectCommand
{
    /// <summary>Reply: <see cref="ProjectReply.Holding"/>.</summary>
    public sealed record Inspect : ProjectCommand;

    /// <summary>Puts blobs that are sealed under a newer key in the place of old ones that are still there.</summary>
    /// <param name="ConnectedAt">Since when the repository is connected, which only its row knows; null if there is none.</param>
    public sealed record Reseal(ImmutableArray<BlobChange> Changes, DateTimeOffset? ConnectedAt) : ProjectCommand;
}

public abstract partial record ProjectEvent
{
    /// <summary>The same project under newer keys.</summary>
    /// <param name="ConnectedAt">Of the repository, for its row.</param>
    public sealed record Resealed(ImmutableArray<BlobChange> Changes, DateTimeOffset? ConnectedAt, DateTimeOffset At) : ProjectEvent;
}

/// <summary>An address as an invitation holds it.</summary>
public sealed record SealedAddress(Guid InvitationId, string SealedEmail);

/// <summary>What a project does while keys are rotated, also on its way out: it can be restored.</summary>
internal static class ResealDecider
{
    public static Decision<ProjectEvent> Inspect(ProjectState state) => Decision<ProjectEvent>.Answer(new ProjectReply.Holding(
        state.Repository?.SealedToken, [.. state.Invitations.Values.Select(static one => new SealedAddress(one.Id, one.SealedEmail))]));

    public static Decision<ProjectEvent> Reseal(ProjectState state, ProjectCommand.Reseal reseal, DateTimeOffset now)
    {
        var present = reseal.Changes.That(
            state.Invitations.Values.Select(static one => one.SealedEmail).Append(state.Repository?.SealedToken ?? "").Select(BlobChanges.Bytes));
        return present.IsEmpty
            ? Decision<ProjectEvent>.Answer(new ProjectReply.Saved(state.Version))
            : Decision<ProjectEvent>.Persist(new ProjectEvent.Resealed(present, reseal.ConnectedAt, now), new ProjectReply.Saved(state.Version)).Forgetting();
    }

    public static ProjectState Resealed(ProjectState state, ImmutableArray<BlobChange> changes) => state with
    {
        Repository = state.Repository is { } repository ? repository with { SealedToken = changes.Replace(repository.SealedToken) } : null,
        Invitations = state.Invitations.SetItems(state.Invitations.Values.Select(one => KeyValuePair.Create(
            one.Id, one with { SealedEmail = changes.Replace(one.SealedEmail) }))),
    };
}
