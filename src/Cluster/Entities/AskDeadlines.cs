using System.Numerics;

namespace Cluster.Entities;

/// <summary>
/// Ends asks that have waited as long as an ask may. One timer watches all of them: one for each would cost as much as the
/// rest of an ask. An ask ends at its deadline or up to <see cref="Finest"/> later, as far as the timer is in time.
/// </summary>
internal sealed class AskDeadlines : IDisposable
{
    private const int MostLists = 16;

    private readonly TimeProvider _time;
    private readonly long _wait;
    private readonly Outcome _expired;
    private readonly ITimer _timer;

    // Askers on different processors do not meet at one lock.
    private readonly DeadlineList[] _lists;

    /// <param name="timeout">How long an ask waits.</param>
    public AskDeadlines(TimeSpan timeout, TimeProvider time)
    {
        _time = time;
        _wait = time.InTimestamps(timeout);
        _expired = new Outcome.Unknown($"no outcome within {timeout.TotalSeconds:0.#} s");
        var lists = Math.Min(MostLists, BitOperations.RoundUpToPowerOf2((uint)Environment.ProcessorCount));
        _lists = [.. Enumerable.Range(0, (int)lists).Select(_ => new DeadlineList(time, _wait))];
        _timer = time.CreateTimer(_ => Sweep(), null, timeout, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The shortest pause between two sweeps.</summary>
    public static TimeSpan Finest { get; } = TimeSpan.FromMilliseconds(100);

    /// <summary>From now on until it ends. To be called before it is posted.</summary>
    public void Watch(Envelope envelope) => _lists[Thread.GetCurrentProcessorId() & (_lists.Length - 1)].Add(envelope);

    /// <summary>Ends all asks that still wait.</summary>
    public void Dispose()
    {
        _timer.Dispose();
        CompleteDue(long.MaxValue, new Outcome.Unknown("the node has stopped"));
    }

    // Whoever comes after a sweep is due a whole time-out later, so the timer needs to know only who waits already.
    private void Sweep()
    {
        var now = _time.GetTimestamp();
        CompleteDue(now, _expired);
        var next = _lists.Min(list => list.Earliest) ?? long.MaxValue;
        var pause = _time.GetElapsedTime(now, Math.Min(next, now + _wait));
        _timer.Change(pause > Finest ? pause : Finest, Timeout.InfiniteTimeSpan);
    }

    private void CompleteDue(long now, Outcome outcome)
    {
        foreach (var list in _lists)
        {
            while (list.TakeDue(now) is { } envelope)
            {
                envelope.Complete(outcome);
            }
        }
    }
}
