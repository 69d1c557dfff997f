using System.Collections.Concurrent;

namespace Cluster.Journal.Sqlite;

/// <summary>
/// The one thread that writes. SQLite blocks while it syncs, and that must not hold a pool thread.
/// </summary>
/// <remarks>Work waits without a bound here; the journal hands over one piece at a time.</remarks>
internal sealed class SqliteThread
{
    private readonly BlockingCollection<Action> _work = [];
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
        _work.Add(() => Complete(done, work, cancellationToken), CancellationToken.None);
        return done.Task;
    }

    /// <summary>Ends the thread after the work it was given.</summary>
    public Task StopAsync()
    {
        _work.CompleteAdding();
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
        foreach (var work in _work.GetConsumingEnumerable())
            work();
        _work.Dispose();
        _ended.SetResult();
    }
}
