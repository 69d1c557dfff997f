namespace Cluster.Journal;

/// <summary>The one form of a timestamp in every store: whole microseconds since the epoch, in UTC.</summary>
public static class StoredTime
{
    /// <summary>Rounded down, also before 1970, so that order is kept.</summary>
    public static long ToMicroseconds(DateTimeOffset time)
    {
        var (quotient, remainder) = Math.DivRem(
            time.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks, TimeSpan.TicksPerMicrosecond);
        return remainder < 0 ? quotient - 1 : quotient;
    }

    public static DateTimeOffset FromMicroseconds(long microseconds) =>
        DateTimeOffset.UnixEpoch.AddTicks(checked(microseconds * TimeSpan.TicksPerMicrosecond));
}
