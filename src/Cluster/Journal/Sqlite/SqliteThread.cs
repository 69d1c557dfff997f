namespace Cluster.Journal.Sqlite;

/// <summary>
/// The one thread that writes. SQLite blocks while it syncs, and that must not hold a pool thread.
/// </summary>
/// <remarks>
/// Work waits without a bound here; the journal hands over one piece at a time. The thread sleeps between two pieces: to
/// spin, as .NET's blocking collections do, would burn the processor that makes the next one.
/// </remarks>
internal sealed class SqliteThread
{
    private readonly Queue<Action> _work = new();
    private readonly object _gate = new();
    private bool _stopping;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public SqliteThread()
    {
        var thread = new Thread(Loop) { IsBackground = true, Name = "journal-writer" };
        thread.Start();
    }

    /// <summary>Runs work on the thread. A token cancelled before its turn, or thrown by the work, cancels the task.</summary>
    public Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_stopping)
                throw new InvalidOperationException("The journal's thread takes no more work.");
            _work.Enqueue(() => Complete(done, work, cancellationToken));
            Monitor.Pulse(_gate);
        }

        return done.Task;
    }

    /// <summary>Ends the thread after the work it was given.</summary>
    public Task StopAsync()
    {
        lock (_gate)
        {
            _stopping = true;
            Monitor.Pulse(_gate);
        }

        return _ended.Task;
    }

    private static void Complete<T>(TaskCompletionSource<T> done, Func<T> work, CancellationToken cancellationToken)
    {
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            done.SetResult(work());
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            done.SetCanceled(cancellationToken);
        }
        catch (Exception e)
        {
            done.SetException(e);
        }
    }

    private void Loop()
    {
        while (Next() is { } work)
            work();
        _ended.SetResult();
    }

    private Action? Next()
    {
        lock (_gate)
        {
            while (_work.Count == 0)
            {
                if (_stopping)
                    return null;
                Monitor.Wait(_gate);
            }

            return _work.Dequeue();
        }
    }
}
