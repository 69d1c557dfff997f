using Api.Workers.Socket;

namespace Api.Workers;

/// <param name="Name">The operator's name for it; OpenFn's workers may have one.</param>
/// <param name="Capacity">Runs that it executes at the same time, as far as it said so.</param>
/// <param name="Runs">Runs that it has.</param>
internal sealed record ConnectedWorker(
    string Id, string? Name, WorkerKind Kind, string? Version, string? ApiVersion, int? Capacity, DateTimeOffset ConnectedAt, int Runs);

/// <summary>The workers whose sockets end at this node.</summary>
internal sealed class ConnectedWorkers(Executions executions)
{
    /// <summary>More are not shown.</summary>
    private const int Most = 200;
    private readonly HashSet<WorkerSession> _sessions = [];
    private readonly Lock _gate = new();

    /// <summary>Until the result is disposed.</summary>
    public IDisposable Add(WorkerSession session)
    {
        lock (_gate) _sessions.Add(session);
        return new Presence(this, session);
    }

    /// <summary>The longest connected first.</summary>
    public IReadOnlyList<ConnectedWorker> List()
    {
        List<WorkerSession> sessions;
        lock (_gate) sessions = [.. _sessions.OrderBy(static session => session.Identity.ConnectedAt).Take(Most)];
        var held = executions.Counts();
        return sessions.ConvertAll(session => Of(session, held.GetValueOrDefault(session)));
    }

    private static ConnectedWorker Of(WorkerSession session, int runs)
    {
        var (identity, role) = (session.Identity, session.Role);
        return new ConnectedWorker(
            identity.WorkerId, role.Name(), role.Kind, identity.Version, identity.ApiVersion, role.Capacity, identity.ConnectedAt, runs);
    }

    private sealed class Presence(ConnectedWorkers all, WorkerSession session) : IDisposable
    {
        public void Dispose()
        {
            lock (all._gate) all._sessions.Remove(session);
        }
    }
}
