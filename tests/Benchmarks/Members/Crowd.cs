using System.Diagnostics;
using Cluster.Benchmarks.Load;
using Cluster.Journal.Postgres;
using Npgsql;

namespace Cluster.Benchmarks.Members;

/// <summary>The members of a cluster in a database of their own. Some of them are there, and call as fast as they can.</summary>
internal sealed class Crowd(MemberServer server, PostgresJournalOptions store, PostgresJournal journal, MemberClient[] clients)
    : IAsyncDisposable
{
    /// <summary>Enough to keep the server busy, so that its CPU per call is that of a busy server.</summary>
    private const int MostClients = 8;

    public static async Task<Crowd> GatherAsync(MemberServer server, int count)
    {
        var (journal, store) = await server.OpenAsync();
        var present = Enumerable.Range(0, Math.Min(count, MostClients)).Select(_ => MemberClient.NewMember(store)).ToArray();
        var absent = Enumerable.Range(present.Length, count - present.Length).Select(_ => Guid.NewGuid());
        await MemberRows.InsertAsync(store.ConnectionString, [.. present.Select(member => member.State.Self), .. absent]);
        var clients = await Task.WhenAll(present.Select(member => MemberClient.OpenAsync(journal, member)));
        return new Crowd(server, store, journal, clients);
    }

    public Task<CallFigures> BeatAsync(TimeSpan duration) => CallAsync(clients, static client => client.BeatAsync(), duration);

    /// <summary>The database's part of looks.</summary>
    public Task<CallFigures> ReadAsync(TimeSpan duration) => CallAsync(clients, static client => client.ReadAsync(), duration);

    /// <summary>Whole looks of one member: with many members most of it is the node's, and several would only wait for each other.</summary>
    public Task<CallFigures> LookAsync(TimeSpan duration) => CallAsync(clients[..1], static client => client.LookAsync(), duration);

    public async ValueTask DisposeAsync()
    {
        foreach (var client in clients)
            await client.DisposeAsync();
        await journal.DisposeAsync();
        NpgsqlConnection.ClearAllPools();
        await server.DropAsync(store);
    }

    private async Task<CallFigures> CallAsync(MemberClient[] callers, Func<MemberClient, Task> call, TimeSpan duration)
    {
        using var received = new ReceivedBytes();
        var (own, theirs) = (Environment.CpuUsage.TotalTime, server.Cpu);
        var loops = await Task.WhenAll(callers.Select(client => Task.Run(() => LoopAsync(client, call, duration))));
        var latencies = new LatencyHistogram();
        foreach (var loop in loops)
            latencies.Add(loop);
        return new CallFigures(
            latencies,
            (server.Cpu - theirs).TotalMicroseconds / latencies.Count,
            (Environment.CpuUsage.TotalTime - own).TotalMicroseconds / latencies.Count,
            (double)received.Count / latencies.Count);
    }

    private static async Task<LatencyHistogram> LoopAsync(MemberClient client, Func<MemberClient, Task> call, TimeSpan duration)
    {
        var latencies = new LatencyHistogram();
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < duration;)
        {
            var start = Stopwatch.GetTimestamp();
            await call(client);
            latencies.Add(Stopwatch.GetElapsedTime(start));
        }

        return latencies;
    }
}

/// <summary>What calls of one kind took.</summary>
/// <param name="ServerCpu">Microseconds of CPU of PostgreSQL for one call.</param>
/// <param name="OwnCpu">The same of the node.</param>
/// <param name="Bytes">Received for one call.</param>
internal readonly record struct CallFigures(LatencyHistogram Latencies, double ServerCpu, double OwnCpu, double Bytes);
