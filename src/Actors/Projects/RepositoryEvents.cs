namespace Actors.Projects;

/// <summary>Facts of a project's repository.</summary>
public abstract partial record ProjectEvent
{
    public sealed record RepositoryConnected(Repository Repository, DateTimeOffset At) : ProjectEvent;

    public sealed record RepositoryDisconnected(DateTimeOffset At) : ProjectEvent;

    /// <param name="Forgotten">The oldest one, if there are as many as are kept.</param>
    public sealed record SyncStarted(Guid SyncId, Guid By, Guid? Forgotten, DateTimeOffset At) : ProjectEvent;

    public sealed record SyncEnded(Guid SyncId, SyncResult Result, DateTimeOffset At) : ProjectEvent;
}
