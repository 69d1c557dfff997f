using System.Collections.Immutable;
using Cluster.Entities;

namespace Actors.Projects;

/// <summary>What a project decides about its repository.</summary>
internal static class RepositoryDecider
{
    public const int MostSyncs = 20;

    public static Decision<ProjectEvent> Connect(ProjectState state, ProjectCommand.ConnectRepository connect, DateTimeOffset now)
    {
        // A token that was given for one host is not sent to another, whoever asks.
        var kept = state.Repository is { } present && present.ApiUrl == connect.ApiUrl ? present.SealedToken : "";
        var repository = new Repository(connect.ApiUrl, connect.Name, connect.Branch, connect.Path, connect.SealedToken ?? kept);
        var faults = new Faults();
        repository.Check(faults);
        if (!faults.IsEmpty) return RepositoryRefusals.Invalid(faults.ToImmutable());
        return repository == state.Repository
            ? MemberDecider.Answer(state)
            : MemberDecider.Persist(state, new ProjectEvent.RepositoryConnected(repository, now));
    }

    public static Decision<ProjectEvent> Disconnect(ProjectState state, DateTimeOffset now) =>
        state.Repository is null
            ? RepositoryRefusals.NotConnected()
            : MemberDecider.Persist(state, new ProjectEvent.RepositoryDisconnected(now));

    public static Decision<ProjectEvent> Start(ProjectState state, ProjectCommand.StartSync start, DateTimeOffset now)
    {
        if (state.Repository is null) return RepositoryRefusals.NotConnected();
        if (state.Syncs.Any(sync => sync.IsRunningAt(now) || sync.Id == start.SyncId)) return RepositoryRefusals.Running();
        Guid? forgotten = state.Syncs.Length >= MostSyncs ? state.Syncs[0].Id : null;
        return MemberDecider.Persist(state, new ProjectEvent.SyncStarted(start.SyncId, start.By, forgotten, now));
    }

    /// <summary>A repeat changes nothing.</summary>
    public static Decision<ProjectEvent> End(ProjectState state, ProjectCommand.EndSync end, DateTimeOffset now) =>
        state.Syncs.FirstOrDefault(sync => sync.Id == end.SyncId) switch
        {
            null => RepositoryRefusals.SyncNotFound(end.SyncId),
            { EndedAt: not null } => MemberDecider.Answer(state),
            _ => MemberDecider.Persist(state, new ProjectEvent.SyncEnded(end.SyncId, end.Result, now)),
        };

    public static ImmutableArray<RepositorySync> Started(ImmutableArray<RepositorySync> syncs, ProjectEvent.SyncStarted started) =>
        syncs.RemoveAll(sync => sync.Id == started.Forgotten).Add(new RepositorySync(started.SyncId, started.By, started.At));

    public static ImmutableArray<RepositorySync> Ended(ImmutableArray<RepositorySync> syncs, ProjectEvent.SyncEnded ended) =>
        [.. syncs.Select(sync => sync.Id == ended.SyncId ? sync with { EndedAt = ended.At } : sync)];
}

/// <summary>Every way a project says no about its repository. The codes are part of the public API.</summary>
public static class RepositoryRefusals
{
    public const string InvalidCode = "repository_invalid";
    public const string NotConnectedCode = "repository_not_connected";
    public const string RunningCode = "sync_running";
    public const string SyncNotFoundCode = "sync_not_found";

    internal static Refusal Invalid(ImmutableArray<FieldFault> faults) =>
        new(RefusalKind.Invalid, InvalidCode, "The repository breaks its rules.", faults);

    internal static Refusal NotConnected() => new(RefusalKind.NotFound, NotConnectedCode, "The project has no repository.");

    internal static Refusal Running() => new(RefusalKind.Conflict, RunningCode, "The project is being written to its repository.");

    internal static Refusal SyncNotFound(Guid id) => new(RefusalKind.NotFound, SyncNotFoundCode, $"There is no sync {id}.");
}
