using EndToEnd.Kit;
using Xunit.Abstractions;

namespace EndToEnd.Chaos;

/// <summary>Schedules of three nodes, of which one is killed at the stroke of each minute.</summary>
public sealed class ScheduleTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const int Triggers = 24;

    /// <summary>When a node is killed, from the stroke on: while its ticks are about to be fired, and while they are.</summary>
    private static readonly TimeSpan[] s_kills = [TimeSpan.FromMilliseconds(-30), TimeSpan.FromMilliseconds(25)];

    private ClusterSite _site = null!;

    public async Task InitializeAsync() => _site = await ClusterSite.StartedAsync(
        3, isLastClockFake: false, ("CLUSTER__WORKER__ENABLED", "false"));

    public async Task DisposeAsync()
    {
        _site.WriteLog(output);
        await _site.DisposeAsync();
    }

    [Fact]
    public async Task Every_tick_becomes_one_run_whoever_is_killed_around_it()
    {
        using var api = _site.ApiOf(_site.Nodes[0]);
        for (var i = 0; i < Triggers; i++)
        {
            await api.SaveWorkflowAsync(await api.CreateProjectAsync($"p{i}"), Workflows.Scheduled("minutely", "* * * * *"));
        }

        var first = NextMinute();
        for (var i = 0; i < s_kills.Length; i++)
        {
            var victim = _site.Nodes[1 + i];
            await Task.Delay(NextMinute() + s_kills[i] - DateTimeOffset.UtcNow);
            victim.Process.Kill();
            await victim.StartAsync();
            await _site.SettledAsync();
        }

        var last = NextMinute();
        var expected = (int)(last - first).TotalMinutes + 1;
        await Until.TrueAsync("every trigger has fired its last tick", async () =>
            await OneAsync($"SELECT count(*) FROM cron_ticks WHERE last_tick >= {last.ToUnixTimeMilliseconds() * 1000}") == Triggers,
            TimeSpan.FromMinutes(3));

        // Runs of ticks up to the last that was waited for: no run is missing, and none is there twice.
        var counts = await _site.Database.RowsAsync(
            "SELECT count(*), count(distinct work_order_id) FROM runs r JOIN triggers t ON t.id = r.trigger_id "
            + "JOIN cron_ticks c ON c.trigger_id = t.id GROUP BY t.id, c.last_tick, t.scheduled_since "
            + "HAVING count(*) <> (c.last_tick - t.scheduled_since) / 60000000 + 1",
            row => row.GetInt64(0));
        Assert.Empty(counts);
        Assert.True(await OneAsync("SELECT count(*) FROM runs") >= Triggers * expected, "runs are missing");
    }

    private async Task<long> OneAsync(string query) => (await _site.Database.RowsAsync(query, row => row.GetInt64(0)))[0];

    private static DateTimeOffset NextMinute()
    {
        var now = DateTimeOffset.UtcNow.AddSeconds(1);
        return now.AddTicks(TimeSpan.TicksPerMinute - (now.Ticks % TimeSpan.TicksPerMinute));
    }
}
