using Actors.Dispatch;
using Actors.Runs;
using Api.Dispatch;
using Cluster.Sharding;
using Kit;

namespace Api.Tests.Dispatch;

public sealed class ReadyRunsTests : IDisposable
{
    private readonly ManualTime _time = new();
    private readonly Guid _project = Guid.NewGuid();
    private readonly Guid _workflow = Guid.NewGuid();
    private readonly ReadyRuns _ready;

    public ReadyRunsTests()
    {
        var queue = new ReadyQueue(window: 2, static (_, _) => new ConcurrencyLimits(null, null));
        _ready = new ReadyRuns(queue, new Lending(_time), ShardGate.AlwaysOpen(_time), _time);
        _ready.Finish(_ready.Begin(Enumerable.Range(0, ShardMap.ShardCount)));
    }

    public void Dispose() => _ready.Dispose();

    [Fact]
    public async Task Of_runs_that_no_worker_asks_for_the_first_is_told()
    {
        Assert.True(_ready.Offer(Run()));
        Assert.True(await IsWokenAsync());
        Assert.Equal(1, _ready.TakeNews());

        Assert.True(_ready.Offer(Run()));
        Assert.False(_ready.Offer(Run()));
        Assert.False(await IsWokenAsync());
        Assert.Equal(2, _ready.TakeNews());
    }

    [Fact]
    public async Task A_run_that_a_worker_asks_for_wakes()
    {
        _ready.Offer(Run());
        _ready.AddDemand(new Taker(), 2);
        Assert.True(await IsWokenAsync());
        Assert.True(_ready.TryNext(out _));

        _ready.Offer(Run());
        Assert.True(await IsWokenAsync());
        Assert.True(_ready.TryNext(out _));
    }

    [Fact]
    public async Task A_run_that_comes_when_all_before_it_are_taken_wakes()
    {
        _ready.Offer(Run());
        _ready.AddDemand(new Taker(), 1);
        Assert.True(_ready.TryNext(out _));
        Assert.True(await IsWokenAsync());

        _ready.Offer(Run());
        Assert.True(await IsWokenAsync());
    }

    [Fact]
    public void Behind_many_of_other_workflows_a_turn_is_far()
    {
        for (var waiting = 0; waiting < ReadyRuns.MostNear; waiting++)
        {
            Assert.True(_ready.IsNear(new Backlog(Guid.NewGuid(), RunQueue.Default)));
            Assert.True(_ready.Offer(Run() with { WorkflowId = Guid.NewGuid() }));
        }

        Assert.False(_ready.IsNear(new Backlog(Guid.NewGuid(), RunQueue.Default)));
        Assert.False(_ready.Offer(Run() with { WorkflowId = Guid.NewGuid() }));
        Assert.Equal(ReadyRuns.MostNear + 1, _ready.Figures.Waiting);
    }

    private Task<bool> IsWokenAsync() => _ready.ChangedAsync(TimeSpan.Zero, CancellationToken.None);

    private WaitingRun Run() => new(Guid.NewGuid(), _project, _workflow, RunQueue.Default, default);

    private sealed class Taker : IRunTaker
    {
        public string WorkerId => "worker";

        public QueuePreference Preference => QueuePreference.Any;

        public bool CanWait => true;

        public void Spend(int units)
        {
        }

        public bool WantsAnother() => true;

        public bool TryHandOver(PreparedRun run) => true;
    }
}
