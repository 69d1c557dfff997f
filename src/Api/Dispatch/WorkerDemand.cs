using Api.Workers;

namespace Api.Dispatch;

/// <summary>How many runs each worker is willing to take. Workers with demand take turns.</summary>
internal sealed class WorkerDemand
{
    private readonly Dictionary<WorkerSession, int> _demand = [];
    private readonly Queue<WorkerSession> _turns = new();

    public int Total { get; private set; }

    public void Add(WorkerSession session, int demand)
    {
        if (session.IsClosed)
        {
            return;
        }

        if (!_demand.TryGetValue(session, out var known))
        {
            _turns.Enqueue(session);
        }

        _demand[session] = known + demand;
        Total += demand;
    }

    public void Remove(WorkerSession session)
    {
        if (_demand.Remove(session, out var demand))
        {
            Total -= demand;
        }
    }

    /// <summary>The worker whose turn it is; <see cref="Total"/> must be positive.</summary>
    public WorkerSession Take()
    {
        while (true)
        {
            var session = _turns.Dequeue();
            if (!_demand.TryGetValue(session, out var demand))
            {
                continue;
            }

            Total--;
            if (demand == 1)
            {
                _demand.Remove(session);
            }
            else
            {
                _demand[session] = demand - 1;
                _turns.Enqueue(session);
            }

            return session;
        }
    }
}
