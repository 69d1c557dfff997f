using System.Collections.Concurrent;

namespace Api.Access;

/// <summary>
/// Looks again at every request that stays open: who has lost what let them in, by a revoked token, a changed role, or because the
/// project is gone, is cut off within <see cref="Every"/> and <see cref="Security.Caller.Freshness"/>, whatever the request does: a stream
/// of events, an export, a long upload.
/// </summary>
internal sealed partial class AccessWatch(TimeProvider time, ILogger<AccessWatch> logger) : BackgroundService
{
    /// <summary>How often; requests that are younger are not looked at.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    /// <summary>How long nobody may be able to say whether a request may go on: with <see cref="Every"/> and the time of a look it stays
    /// below the 5 s within which a stream ends that is not granted any more.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(3);

    private readonly ConcurrentDictionary<Watched, byte> _requests = new();

    /// <param name="stillGranted">Decides afresh; false cuts the request off.</param>
    /// <returns>To be disposed of when the request has ended.</returns>
    public IDisposable Watch(HttpContext context, Func<ValueTask<bool>> stillGranted)
    {
        var watched = new Watched(this, context, stillGranted, time.GetTimestamp());
        _requests.TryAdd(watched, 0);
        return watched;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            foreach (var request in _requests.Keys)
            {
                if (time.GetElapsedTime(request.Began) >= Every) await LookAsync(request);
            }
        }
    }

    private async Task LookAsync(Watched request)
    {
        try
        {
            if (await request.StillGranted())
            {
                request.Granted = time.GetTimestamp();
                return;
            }
        }
        catch (Exception e)
        {
            // Fail closed, but not because the store was slow once.
            LookFailed(e);
            if (time.GetElapsedTime(request.Granted) < s_patience) return;
        }

        request.CutOff();
    }

    [LoggerMessage(3160, LogLevel.Warning, "Whether an open request may go on could not be found out")]
    private partial void LookFailed(Exception cause);

    private sealed class Watched(AccessWatch watch, HttpContext context, Func<ValueTask<bool>> stillGranted, long began) : IDisposable
    {
        private readonly Lock _gate = new();
        private bool _ended;

        public long Began { get; } = began;

        /// <summary>When it was found last that it may go on.</summary>
        public long Granted { get; set; } = began;

        public Func<ValueTask<bool>> StillGranted => stillGranted;

        /// <summary>Contexts are used again for other requests: one that has ended must not be touched.</summary>
        public void CutOff()
        {
            lock (_gate)
            {
                if (!_ended) context.Abort();
            }
        }

        public void Dispose()
        {
            lock (_gate) _ended = true;
            watch._requests.TryRemove(this, out _);
        }
    }
}
