namespace Kit;

/// <summary>The real clock, whose wall time a test may set: timers and durations go on as they are, as on a machine whose
/// clock somebody sets.</summary>
public sealed class ShiftedTime : TimeProvider
{
    private long _offset;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddTicks(Volatile.Read(ref _offset));

    /// <summary>The wall time is this from now on, and goes on from there.</summary>
    public void Set(DateTimeOffset now) => Volatile.Write(ref _offset, (now - base.GetUtcNow()).Ticks);
}
