using System.Net;
using Api.Tests.Fixtures;
using Api.Tests.Workers;
using Cluster.Sharding;

namespace Api.Tests.Nodes;

/// <summary>Limits of active runs hold in the whole cluster, whichever node runs and workers come to.</summary>
public sealed class LimitTests : IAsyncLifetime
{
    private TwoNodes _nodes = null!;

    public async Task InitializeAsync() => _nodes = await TwoNodes.StartAsync(askTimeout: TimeSpan.FromSeconds(3));

    public async Task DisposeAsync() => await _nodes.DisposeAsync();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_limit_holds_for_runs_and_workers_of_both_nodes(bool ofProject)
    {
        var (project, workflow) = await GivenAsync(ofProject ? 2 : null, ofProject ? null : 2);
        await using var crew = await Crew.StartAsync(_nodes, perNode: 4);
        var submitted = new HashSet<Guid>();
        for (var i = 0; i < 24; i++)
        {
            var (_, run) = await (i % 2 == 0 ? _nodes.One : _nodes.Other).WorkOrderAsync(project, workflow);
            Assert.Equal(ShardMap.ShardOf(project), ShardMap.ShardOf(run));
            submitted.Add(run);
        }

        await TwoNodes.UntilAsync(() => crew.Ended.Count == submitted.Count);

        Assert.Equal(submitted, crew.Ended.ToHashSet());
        Assert.Equal(2, crew.MostAtOnce);
    }

    [Fact]
    public async Task Runs_of_before_the_limit_are_admitted_by_the_home_and_by_nobody_else()
    {
        var (project, workflow) = await GivenAsync(null, null);
        var submitted = new HashSet<Guid>();
        for (var i = 0; i < 20; i++) submitted.Add((await (i % 2 == 0 ? _nodes.One : _nodes.Other).WorkOrderAsync(project, workflow)).Run);
        Assert.Contains(submitted, run => _nodes.Owns(_nodes.One, run));
        Assert.Contains(submitted, run => _nodes.Owns(_nodes.Other, run));
        (await _nodes.One.Client.CallAsync(HttpMethod.Patch, $"/v1/projects/{project}", """{"concurrency":2}""", ifMatch: "*"))
            .MustBe(HttpStatusCode.OK);
        await using var crew = await Crew.StartAsync(_nodes, perNode: 4);
        for (var i = 0; i < 6; i++) submitted.Add((await _nodes.Other.WorkOrderAsync(project, workflow)).Run);

        await TwoNodes.UntilAsync(() => crew.Ended.Count == submitted.Count);

        Assert.Equal(submitted, crew.Ended.ToHashSet());
        Assert.Equal(2, crew.MostAtOnce);
    }

    [Fact]
    public async Task A_limit_that_was_raised_or_removed_lets_more_start()
    {
        var (project, workflow) = await GivenAsync(1, null);
        for (var i = 0; i < 4; i++) await _nodes.One.WorkOrderAsync(project, workflow);
        await using var worker = await ScriptedWorker.ReadyAsync(_nodes.Other, 4);
        await worker.NextRunAsync();
        Assert.True(await worker.IsQuietAsync("run"));

        await _nodes.Other.Client.CallAsync(HttpMethod.Patch, $"/v1/projects/{project}", """{"concurrency":2}""", ifMatch: "*");
        await worker.NextRunAsync();
        Assert.True(await worker.IsQuietAsync("run"));
        await _nodes.Other.Client.CallAsync(HttpMethod.Patch, $"/v1/projects/{project}", """{"concurrency":null}""", ifMatch: "*");
        await worker.NextRunAsync();
        await worker.NextRunAsync();
    }

    [Fact]
    public async Task Both_nodes_show_the_same_load()
    {
        var (project, workflow) = await GivenAsync(2, 1);
        for (var i = 0; i < 4; i++) await _nodes.One.WorkOrderAsync(project, workflow);
        await using var worker = await ScriptedWorker.ReadyAsync(_nodes.Other, 4);
        await worker.NextRunAsync();

        foreach (var node in new[] { _nodes.One, _nodes.Other })
        {
            var load = await node.Client.GetAsync($"/v1/projects/{project}/load", null);
            Assert.Equal("1", load["active"]);
            Assert.Equal("""{"default":0,"manual":3,"fastLane":0,"atLeast":false}""", load["waiting"]);
        }
    }

    [Fact]
    public async Task A_limit_holds_while_the_home_moves()
    {
        var (project, workflow) = await GivenAsync(2, null, home: _nodes.Other);
        await using var crew = await Crew.StartAsync(_nodes, perNode: 3, onlyOne: true);
        for (var i = 0; i < 20; i++) await _nodes.One.WorkOrderAsync(project, workflow);
        await TwoNodes.UntilAsync(() => crew.Ended.Count > 3);

        await _nodes.Other.StopAsync();

        await TwoNodes.UntilAsync(() => crew.Ended.Count == 20);
        Assert.Equal(2, crew.MostAtOnce);
    }

    private async Task<(Guid Project, Guid Workflow)> GivenAsync(int? ofProject, int? ofWorkflow, TestNode? home = null)
    {
        var concurrency = ofProject is { } most ? $",\"concurrency\":{most}" : "";
        var created = await (home ?? _nodes.One).Client.PostAsync("/v1/projects", $$"""{"name":"limited"{{concurrency}}}""");
        var project = created.MustBe(HttpStatusCode.Created).Id;
        var document = Given.Workflow();
        if (ofWorkflow is { } own) document = document.Replace("\"trigger\":", $"\"concurrency\":{own},\"trigger\":", StringComparison.Ordinal);
        return (project, (await _nodes.One.WorkflowAsync(project, document)).Id);
    }

    /// <summary>Workers at both nodes that execute each run for a moment, and count.</summary>
    private sealed class Crew : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly Lock _gate = new();
        private readonly HashSet<Guid> _active = [];
        private readonly List<Guid> _ended = [];
        private readonly List<ScriptedWorker> _workers = [];
        private Task[] _loops = [];

        public int MostAtOnce { get; private set; }

        public List<Guid> Ended
        {
            get
            {
                lock (_gate) return [.. _ended];
            }
        }

        public static async Task<Crew> StartAsync(TwoNodes nodes, int perNode, bool onlyOne = false)
        {
            var crew = new Crew();
            for (var i = 0; i < perNode; i++)
            {
                crew._workers.Add(await ScriptedWorker.ReadyAsync(nodes.One));
                if (!onlyOne) crew._workers.Add(await ScriptedWorker.ReadyAsync(nodes.Other));
            }

            crew._loops = [.. crew._workers.Select(crew.WorkAsync)];
            return crew;
        }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            foreach (var worker in _workers) worker.Drop();
            await Task.WhenAll(_loops);
            _stop.Dispose();
        }

        private async Task WorkAsync(ScriptedWorker worker)
        {
            try
            {
                while (!_stop.IsCancellationRequested)
                {
                    var run = await worker.NextRunAsync();
                    var id = run["run_id"]!.GetValue<Guid>();
                    lock (_gate)
                    {
                        _active.Add(id);
                        MostAtOnce = Math.Max(MostAtOnce, _active.Count);
                    }

                    await Task.Delay(30);
                    lock (_gate) _active.Remove(id);
                    if ((await worker.ReportAsync(run, 0, Event.Start, Event.Complete()))["status"]!.ToString() != "ok") continue;
                    lock (_gate) _ended.Add(id);
                    await worker.AskAsync("demand", """{"demand":1}""");
                }
            }
            catch (Exception) when (_stop.IsCancellationRequested)
            {
                // The test is over.
            }
        }
    }
}
