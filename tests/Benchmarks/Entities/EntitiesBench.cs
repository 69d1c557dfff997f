using Cluster.Benchmarks.Results;
using Cluster.Entities;

namespace Cluster.Benchmarks.Entities;

/// <summary>
/// What the engine does in this process, its callers included: asks that store nothing, of entities here and in another
/// process, commands that are answered after their event is committed, beside a loop that inserts such events by hand, and what an idle entity costs.
/// </summary>
internal static class EntitiesBench
{
    private const int Count = 1_000;
    private const int InFlight = 256;
    private static readonly TimeSpan Warming = TimeSpan.FromSeconds(3);

    public static async Task RunAsync(Options options, BenchReport report)
    {
        await using var store = await BenchStore.OpenAsync(options.Store, options.Lanes);
        if (store.IsShared)
            await MeasureMembersAsync(store, store.Place, options, report);
        else
            await MeasureAloneAsync(store, options, report);

        for (var round = 1; round <= options.Rounds; round++)
        {
            var (idle, passive) = await IdleEntities.MeasureAsync(store.Journal);
            report.Add("idle_entity_bytes", idle);
            report.Add("passive_entity_bytes", passive);
        }
    }

    /// <summary>A node that is alone, on a store that it shares with nobody.</summary>
    private static async Task MeasureAloneAsync(BenchStore store, Options options, BenchReport report)
    {
        await using var engine = new BenchEngine(store.Journal);
        var tallies = BenchEngine.NewTallies(Count);
        await using var rounds = new Rounds(store, Asks(engine.Entities, tallies), Commands(engine.Entities, tallies), null, null);
        await MeasureAsync(rounds, store, options, report);
    }

    /// <summary>One of two members: what it asks of itself, and of the other.</summary>
    private static async Task MeasureMembersAsync(BenchStore store, string database, Options options, BenchReport report)
    {
        await using var member = await BenchMember.StartAsync(database, options.Lanes);
        await using var other = await member.StartOtherAsync(database);
        var here = member.NewTallies(Count, isHere: true);
        await using var rounds = new Rounds(
            store,
            Asks(member.Entities, here),
            Commands(member.Entities, here),
            Asks(member.Entities, member.NewTallies(Count, isHere: false)),
            await BareEvents.OpenAsync(database, store.Journal.Lanes, BenchEngine.NewTallies(Count), InFlight));
        await MeasureAsync(rounds, store, options, report);
    }

    private static async Task MeasureAsync(Rounds rounds, BenchStore store, Options options, BenchReport report)
    {
        BenchReport.Say("entities: warming up");
        await rounds.RunAsync(Warming, new BenchReport(options));
        for (var round = 1; round <= options.Rounds; round++)
        {
            await rounds.RunAsync(options.Duration, report);
            BenchReport.Say($"entities: round {round}: {report.Last("ask_local_per_s"):0} asks/s, " +
                $"{report.Last("persisted_per_s"):0} persisted/s, load {Machine.LoadAverage():0.0}");
        }

        var stored = await store.CountAsync();
        if (stored != rounds.Stored)
            throw new BenchFailedException($"{rounds.Stored} events were confirmed and {stored} are stored");
    }

    private static AskLoad Asks(IEntities entities, EntityRef[] tallies) =>
        new(entities, tallies, InFlight, () => TallyCommand.Read.Instance);

    private static AskLoad Commands(IEntities entities, EntityRef[] tallies) =>
        new(entities, tallies, InFlight, () => new TallyCommand.Add(Tally.Content()));

    /// <summary>A round is one turn of each load.</summary>
    private sealed class Rounds(BenchStore store, AskLoad asks, AskLoad commands, AskLoad? remote, BareEvents? bare) : IAsyncDisposable
    {
        /// <summary>Events that were confirmed.</summary>
        public long Stored { get; private set; }

        public async Task RunAsync(TimeSpan duration, BenchReport report)
        {
            var asked = await asks.RunAsync(duration);
            report.Add("ask_local_per_s", asked.PerSecond);
            report.Add("ask_cpu_us", asked.CpuMicroseconds);
            if (remote is not null)
            {
                var answered = await remote.RunAsync(duration);
                report.Add("ask_remote_per_s", answered.PerSecond);
                report.Add("ask_remote_cpu_us", answered.CpuMicroseconds);
            }

            await PersistAsync(duration, report);
            if (bare is not null)
                await InsertAsync(bare, duration, report);
        }

        public ValueTask DisposeAsync() => bare?.DisposeAsync() ?? ValueTask.CompletedTask;

        private async Task PersistAsync(TimeSpan duration, BenchReport report)
        {
            var before = store.ServerCpu;
            var persisted = await commands.RunAsync(duration);
            Stored += persisted.Count;
            report.Add("persisted_per_s", persisted.PerSecond);
            report.Add("persisted_cpu_us", persisted.CpuMicroseconds);
            if (bare is not null)
                report.Add("postgres_cpu_us", (store.ServerCpu - before).TotalMicroseconds / persisted.Count);
        }

        private async Task InsertAsync(BareEvents bare, TimeSpan duration, BenchReport report)
        {
            var before = store.ServerCpu;
            var inserted = await bare.RunAsync(duration);
            Stored += inserted.Count;
            report.Add("bare_batch_per_s", inserted.PerSecond);
            report.Add("share_of_bare_batch", report.Last("persisted_per_s") / inserted.PerSecond);
            report.Add("bare_cpu_us", inserted.CpuMicroseconds);
            report.Add("bare_postgres_cpu_us", (store.ServerCpu - before).TotalMicroseconds / inserted.Count);
        }
    }
}
