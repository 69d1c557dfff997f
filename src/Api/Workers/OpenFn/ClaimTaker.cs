using Actors.Dispatch;
using Api.Dispatch;

namespace Api.Workers.OpenFn;

/// <summary>
/// One <c>claim</c> as a taker of runs. It is over when each unit of its demand has brought a run or will bring none; it
/// waits for a run of another node as long as it has none, no longer than its patience.
/// </summary>
/// <param name="accept">Takes charge of a run until the claim is answered; false if nobody is there to answer to.</param>
internal sealed class ClaimTaker(
    string workerId, QueuePreference preference, int demand, bool canWait, Func<PreparedRun, bool> accept) : IRunTaker
{
    private readonly TaskCompletionSource<IReadOnlyList<PreparedRun>> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<PreparedRun> _runs = [];
    private readonly Lock _gate = new();
    private int _open = demand;
    private bool _canWait = canWait;
    private bool _isPatient = true;

    public string WorkerId => workerId;

    public QueuePreference Preference => preference;

    public bool CanWait
    {
        get
        {
            lock (_gate) return _canWait && _runs.Count == 0;
        }
    }

    /// <summary>The runs, when the claim is over.</summary>
    public Task<IReadOnlyList<PreparedRun>> Runs => _ended.Task;

    public void Spend(int units)
    {
        lock (_gate) Close(units);
    }

    /// <summary>While it is not over: a unit that somebody else's run was faster for may still find one.</summary>
    public bool WantsAnother()
    {
        lock (_gate)
        {
            if (!_isPatient) Close(1);
            return _isPatient;
        }
    }

    public bool TryHandOver(PreparedRun run)
    {
        if (!accept(run)) return false;
        lock (_gate)
        {
            _runs.Add(run);
            Close(1);
            return true;
        }
    }

    /// <summary>The claim waits for no further run; what is on its way still counts.</summary>
    public void LosePatience()
    {
        lock (_gate) (_canWait, _isPatient) = (false, false);
    }

    private void Close(int units)
    {
        _open -= units;
        if (_open <= 0) _ended.TrySetResult(_runs);
    }
}
