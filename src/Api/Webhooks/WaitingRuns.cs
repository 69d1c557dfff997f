using System.Collections.Concurrent;
using Api.ReadModels;

namespace Api.Webhooks;

/// <summary>How many runs of a project wait in the whole cluster, as of the last second. Read only for projects that ask.</summary>
internal sealed partial class WaitingRuns(RunQueries runs, TimeProvider time, ILogger<WaitingRuns> logger)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);
    private readonly ConcurrentDictionary<Guid, Reading> _readings = new();

    /// <param name="most">Counting stops there.</param>
    /// <returns>0 if the store cannot be read: nothing is refused for a limit that nobody can check.</returns>
    public Task<int> CountAsync(Guid projectId, int most)
    {
        var present = _readings.GetValueOrDefault(projectId);
        if (present is not null && present.Most >= most && time.GetElapsedTime(present.At) < Fresh) return present.CountAsync();

        // Whoever comes first reads, the others wait for the same answer.
        var reading = new Reading(most, time.GetTimestamp());
        var isFirst = present is null
            ? _readings.TryAdd(projectId, reading)
            : _readings.TryUpdate(projectId, reading, present);
        if (!isFirst) return CountAsync(projectId, most);
        _ = ReadAsync(projectId, reading);
        return reading.CountAsync();
    }

    public void Accepted(Guid projectId) => _readings.GetValueOrDefault(projectId)?.Accepted();

    private async Task ReadAsync(Guid projectId, Reading reading)
    {
        try
        {
            reading.Stored(await runs.CountWaitingAsync(projectId, reading.Most, CancellationToken.None));
        }
        catch (Exception e)
        {
            CountFailed(projectId, e);
            reading.Stored(0);
        }
    }

    [LoggerMessage(3102, LogLevel.Warning, "The waiting runs of project {ProjectId} could not be counted: its limits do not hold")]
    private partial void CountFailed(Guid projectId, Exception cause);

    private sealed class Reading(int most, long at)
    {
        private readonly TaskCompletionSource<int> _stored = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _accepted;

        public int Most => most;

        public long At => at;

        public void Stored(int count) => _stored.TrySetResult(count);

        public async Task<int> CountAsync() => await _stored.Task + Volatile.Read(ref _accepted);

        public void Accepted() => Interlocked.Increment(ref _accepted);
    }
}
