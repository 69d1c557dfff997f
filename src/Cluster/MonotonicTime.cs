namespace Cluster;

/// <summary>Deadlines on the monotonic clock: a jump of the wall clock does not move them.</summary>
public static class MonotonicTime
{
    /// <summary>A span in the units of <see cref="TimeProvider.GetTimestamp"/>.</summary>
    public static long InTimestamps(this TimeProvider time, TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);

    /// <summary>The timestamp so long from now.</summary>
    public static long TimestampAfter(this TimeProvider time, TimeSpan wait) => time.TimestampAfter(wait, time.GetTimestamp());

    /// <summary>The timestamp so long from another.</summary>
    public static long TimestampAfter(this TimeProvider time, TimeSpan wait, long from) => from + time.InTimestamps(wait);
}
