using System.Net;
using Actors.Runs;
using Api.Tests.Fixtures;
using Dapper;
using Kit;
using Npgsql;

namespace Api.Tests.Nodes;

/// <summary>Schedules and waiting webhooks of two nodes whose shards move.</summary>
public sealed class TwoNodesScheduleTests : IAsyncLifetime
{
    private const int Projects = 12;
    private static readonly DateTimeOffset Noon = new(2026, 5, 4, 12, 0, 0, TimeSpan.Zero);
    private readonly ShiftedTime _time = new();
    private readonly List<Guid> _triggers = [];
    private TwoNodes _nodes = null!;

    public async Task InitializeAsync()
    {
        _time.Set(Noon.AddSeconds(5));
        _nodes = await TwoNodes.StartAsync(_time);
    }

    public async Task DisposeAsync() => await _nodes.DisposeAsync();

    [Fact]
    public async Task Every_tick_is_fired_once_while_nodes_come_and_go()
    {
        await ScheduleEverywhereAsync();
        _time.Set(Noon.AddMinutes(1));
        await FiredAsync(1);

        // The clock strikes while a node leaves: whoever has the shard then fires.
        var leaving = _nodes.Other.StopAsync();
        _time.Set(Noon.AddMinutes(2));
        await leaving;
        await FiredAsync(2);

        _time.Set(Noon.AddMinutes(3));
        await FiredAsync(3);

        // And while one joins.
        await _nodes.JoinAsync("third");
        _time.Set(Noon.AddMinutes(4));
        await FiredAsync(4);
        await TwoNodes.UntilAsync(() => _nodes.Shards(_nodes.Third!) > 64);
        _time.Set(Noon.AddMinutes(5));
        await FiredAsync(5);
    }

    [Fact]
    public async Task Ticks_that_nobody_could_fire_in_time_are_made_up_for_by_the_next_owner()
    {
        await ScheduleEverywhereAsync();
        await _nodes.Other.StopAsync();
        _time.Set(Noon.AddMinutes(3));
        await FiredAsync(3);
        _time.Set(Noon.AddMinutes(1));
        _time.Set(Noon.AddMinutes(4));
        await FiredAsync(4);
    }

    /// <summary>Notices of a run are heard where its shard is: the request that waits is elsewhere by then.</summary>
    [Fact]
    public async Task A_webhook_that_waits_is_answered_though_its_run_moved_to_another_node()
    {
        var project = await _nodes.One.ProjectAsync();
        var workflow = await _nodes.One.WorkflowAsync(
            project, Given.Workflow(trigger: """{"type":"webhook","enabled":true,"reply":"after_completion"}"""));
        var waiting = Enumerable.Range(0, 16).Select(_ => _nodes.Other.Open.PostAsync($"/i/{workflow.TriggerId()}", "{}")).ToList();
        await TwoNodes.UntilAsync(async () => (await RunsAsync(project)).Count == waiting.Count);

        await _nodes.JoinAsync("third");
        await TwoNodes.UntilAsync(() => _nodes.Shards(_nodes.Third!) > 64);
        var runs = await RunsAsync(project);
        Assert.Contains(runs, run => !_nodes.Owns(_nodes.Other, run));
        foreach (var run in runs) await _nodes.One.ExecuteAsync(run, workflow.JobId(), """{"answer":42}""");

        foreach (var answer in await Task.WhenAll(waiting))
            Assert.Equal("""{"answer":42}""", answer.MustBe(HttpStatusCode.Created)["data"]);
    }

    private async Task ScheduleEverywhereAsync()
    {
        for (var i = 0; i < Projects; i++)
        {
            var node = i % 2 == 0 ? _nodes.One : _nodes.Other;
            var project = await node.ProjectAsync($"p{i}");

            // However long the nodes took to start: the first tick is that of the next minute.
            _time.Set(Noon.AddSeconds(5));
            var workflow = await node.WorkflowAsync(
                project, Given.Workflow(trigger: """{"type":"cron","enabled":true,"cronExpression":"* * * * *","catchUp":"all"}"""));
            _triggers.Add(workflow.TriggerId());
        }
    }

    /// <summary>Each trigger has so many runs, and one each for the ticks from the first on.</summary>
    private async Task FiredAsync(int ticks)
    {
        await using var connection = new NpgsqlConnection(_nodes.Database);
        await TwoNodes.UntilAsync(async () =>
        {
            var counts = (await connection.QueryAsync<long>(
                "select count(*) from runs where trigger_id = any(@_triggers) group by trigger_id", new { _triggers })).ToList();
            Assert.All(counts, count => Assert.True(count <= ticks, $"{count} runs for {ticks} ticks"));
            return counts.Count == _triggers.Count && counts.TrueForAll(count => count == ticks);
        });
        foreach (var trigger in _triggers)
        {
            var project = await connection.QuerySingleAsync<Guid>("select project_id from triggers where id = @trigger", new { trigger });
            var made = Enumerable.Range(1, ticks).Select(minute => CronTick.Of(project, trigger, Noon.AddMinutes(minute)).RunId).Order();
            Assert.Equal(made, (await connection.QueryAsync<Guid>("select id from runs where trigger_id = @trigger", new { trigger })).Order());
        }
    }

    private async Task<List<Guid>> RunsAsync(Guid project)
    {
        await using var connection = new NpgsqlConnection(_nodes.Database);
        return (await connection.QueryAsync<Guid>("select id from runs where project_id = @project", new { project })).AsList();
    }
}
