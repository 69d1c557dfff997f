using System.Buffers.Binary;

namespace Actors.Runs;

/// <summary>
/// The ids of what one tick of a schedule makes, derived from trigger and instant: whoever fires the tick, and however
/// often, makes the same run, and an entity is created once. The ids lie in the shard of the trigger's project, whose
/// owner fires its ticks.
/// </summary>
public readonly record struct CronTick(Guid RunId, Guid WorkOrderId, Guid InputId)
{
    public static CronTick Of(Guid projectId, Guid triggerId, DateTimeOffset tick) =>
        new(Id("run"u8, projectId, triggerId, tick), Id("work order"u8, projectId, triggerId, tick), Id("input"u8, projectId, triggerId, tick));

    /// <summary>Whether the run was made by a tick, and not from a run that a tick had made.</summary>
    public static bool Made(Guid runId, RunPlan plan) =>
        plan is { ScheduledFor: { } tick, TriggerId: { } triggerId }
        && Id("run"u8, plan.ProjectId, triggerId, tick) == runId;

    private static Guid Id(ReadOnlySpan<byte> what, Guid projectId, Guid triggerId, DateTimeOffset tick)
    {
        Span<byte> text = stackalloc byte[64];
        what.CopyTo(text);
        triggerId.TryWriteBytes(text[32..], bigEndian: true, out _);
        BinaryPrimitives.WriteInt64BigEndian(text[48..], tick.ToUnixTimeSeconds());

        // The last two bytes say the shard.
        Span<byte> project = stackalloc byte[16];
        projectId.TryWriteBytes(project, bigEndian: true, out _);
        return DerivedId.Of(text, project[14..]);
    }
}
