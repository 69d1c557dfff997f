using Actors.Runs;
using Api.Dispatch;
using Cluster.Entities;
using Cluster.Hocon;
using Cluster.Streams;

namespace Api.Hosting;

/// <summary>Bounds of the engine and of what stands between it and the workers.</summary>
/// <param name="RecentBodies">Bytes of inputs kept in memory from acceptance to claim.</param>
internal sealed record EngineSettings(
    EntitySettings Entities, BatchBounds Journal, RunSettings Runs, DispatchSettings Dispatch, long RecentBodies)
{
    public static EngineSettings Default { get; } = new(
        EntitySettings.Default,
        new BatchBounds(20_000, 1_000, 16 << 20),
        new RunSettings(),
        new DispatchSettings(256, 128, TimeSpan.FromMilliseconds(200)),
        64 << 20);

    public static EngineSettings Read(SettingsReader reader) =>
        new(
            ReadEntities(reader.Within("entities")),
            ReadJournal(reader.Within("journal")),
            Default.Runs with
            {
                MaxAttempts = reader.Within("runs").Int("max-attempts", Default.Runs.MaxAttempts, min: 1, max: 1_000),
            },
            ReadDispatch(reader.Within("dispatch")),
            reader.Within("dispatch").Size("recent-bodies", Default.RecentBodies, min: 0, max: 16L << 30));

    private static EntitySettings ReadEntities(SettingsReader reader)
    {
        var standard = Default.Entities;
        return new EntitySettings(
            reader.Int("mailbox-capacity", standard.MailboxCapacity, min: 1, max: 1_000_000),
            reader.Duration("passivate-after", standard.PassivateAfter, min: TimeSpan.FromSeconds(1), max: TimeSpan.FromDays(1)),
            reader.Int("max-live", standard.MaxLive, min: 100),
            reader.Duration("ask-timeout", standard.AskTimeout, min: TimeSpan.FromMilliseconds(100), max: TimeSpan.FromMinutes(10)),
            reader.Int("max-recoveries", standard.MaxRecoveries, min: 1, max: 10_000),
            reader.Duration("stop-timeout", standard.StopTimeout, min: TimeSpan.Zero, max: TimeSpan.FromMinutes(10)));
    }

    private static BatchBounds ReadJournal(SettingsReader reader) =>
        new(
            reader.Int("queue", Default.Journal.Capacity, min: 1, max: 1_000_000),
            reader.Int("max-batch", Default.Journal.MaxBatch, min: 1, max: 100_000),
            reader.Size("max-batch-bytes", Default.Journal.MaxBatchBytes, min: 1 << 10, max: 1L << 30));

    private static DispatchSettings ReadDispatch(SettingsReader reader) =>
        new(
            reader.Int("window", Default.Dispatch.Window, min: 1, max: 100_000),
            reader.Int("claims-in-flight", Default.Dispatch.ClaimsInFlight, min: 1, max: 10_000),
            Default.Dispatch.RetryAfter);
}
