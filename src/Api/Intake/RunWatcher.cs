using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Threading.Channels;
using Actors.Runs;
using Api.Hosting;
using Cluster.Entities;

namespace Api.Intake;

/// <summary>Lets requests wait for runs of this node. Bounded: above the limit nobody may watch any more.</summary>
internal sealed class RunWatcher : IDisposable
{
    private readonly ConcurrentDictionary<Guid, ImmutableArray<RunWatch>> _watches = new();
    private readonly int _limit;
    private readonly IDisposable _subscription;
    private int _count;

    public RunWatcher(NoticeBoard notices, NodeSettings settings)
    {
        _limit = settings.Intake.MaxWatchers;
        _subscription = notices.Subscribe<RunNotice.Changed>(Tell);
    }

    /// <summary>Hears of every change from now on; null when too many watch already.</summary>
    public RunWatch? Watch(Guid runId)
    {
        if (Interlocked.Increment(ref _count) > _limit)
        {
            Interlocked.Decrement(ref _count);
            return null;
        }

        var watch = new RunWatch(this, runId);
        _watches.AddOrUpdate(runId, static (_, added) => [added], static (_, list, added) => list.Add(added), watch);
        return watch;
    }

    public void Dispose() => _subscription.Dispose();

    internal void Remove(RunWatch watch)
    {
        Interlocked.Decrement(ref _count);
        while (_watches.TryGetValue(watch.RunId, out var list))
        {
            var shorter = list.Remove(watch);
            var done = shorter.IsEmpty
                ? _watches.TryRemove(KeyValuePair.Create(watch.RunId, list))
                : _watches.TryUpdate(watch.RunId, shorter, list);
            if (done) return;
        }
    }

    private void Tell(RunNotice.Changed notice)
    {
        if (!_watches.TryGetValue(notice.RunId, out var list)) return;
        foreach (var watch in list) watch.Tell(notice.State);
    }
}

/// <summary>One waiting request. It keeps the newest state only: each says all that the ones before did.</summary>
internal sealed class RunWatch(RunWatcher watcher, Guid runId) : IDisposable
{
    private readonly Channel<RunState> _states = Channel.CreateBounded<RunState>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    private int _disposed;

    public Guid RunId => runId;

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0) watcher.Remove(this);
    }

    public ValueTask<RunState> NextAsync(CancellationToken cancellationToken) => _states.Reader.ReadAsync(cancellationToken);

    /// <summary>The next state, or null when none came within the time.</summary>
    public async ValueTask<RunState?> NextAsync(TimeSpan within, TimeProvider time, CancellationToken cancellationToken)
    {
        if (_states.Reader.TryRead(out var ready)) return ready;
        using var timeout = new CancellationTokenSource(within, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return await NextAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    internal void Tell(RunState state) => _states.Writer.TryWrite(state);
}
