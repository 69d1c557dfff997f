namespace Cluster.Transport;

/// <summary>A bound for something that also ends with its caller's token.</summary>
internal sealed class TimeLimit : IDisposable
{
    private readonly TimeSpan _limit;
    private readonly CancellationTokenSource _timer;
    private readonly CancellationTokenSource _either;

    public TimeLimit(TimeSpan limit, TimeProvider time, CancellationToken cancellationToken)
    {
        _limit = limit;
        _timer = new CancellationTokenSource(limit, time);
        _either = CancellationTokenSource.CreateLinkedTokenSource(_timer.Token, cancellationToken);
    }

    /// <param name="failure">What it means that the time was up: "it could not be reached".</param>
    /// <exception cref="IOException">The time was up.</exception>
    public async Task<T> KeepAsync<T>(Func<CancellationToken, Task<T>> run, string failure)
    {
        try
        {
            return await run(_either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_timer.IsCancellationRequested)
        {
            throw new IOException(FormattableString.Invariant($"{failure} within {_limit.TotalSeconds:0.#} s"));
        }
    }

    public Task KeepAsync(Func<CancellationToken, Task> run, string failure) => KeepAsync(
        async token =>
        {
            await run(token).ConfigureAwait(false);
            return true;
        },
        failure);

    public void Dispose()
    {
        _either.Dispose();
        _timer.Dispose();
    }
}
