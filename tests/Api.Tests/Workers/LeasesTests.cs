using Actors.Dispatch;
using Actors.Runs;
using Api.Dispatch;
using Api.Intake;
using Api.Nodes;
using Api.Workers;
using Cluster.Entities;
using Cluster.Sharding;
using Kit;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;

namespace Api.Tests.Workers;

/// <summary>Attempts of which nobody hears any more, and their places under the limits.</summary>
public sealed class LeasesTests : IDisposable
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(8);
    private readonly Guid _run = Guid.NewGuid();
    private readonly ManualTime _time = new();
    private readonly NoticeBoard _notices = new();
    private readonly ScriptedRun _entities = new();
    private readonly ReadyQueue _queue = new(window: 4, static (_, _) => new ConcurrencyLimits(null, 1));
    private readonly ReadyRuns _ready;
    private readonly Leases _leases;
    private readonly OwnClaims _claims;

    public LeasesTests()
    {
        var shards = ShardGate.AlwaysOpen(_time);
        var cluster = ClusterState.Alone();
        var life = new ApplicationLifetime(NullLogger<ApplicationLifetime>.Instance);
        _ready = new ReadyRuns(_queue, new Lending(_time), shards, _time);
        _ready.Finish(_ready.Begin(Enumerable.Range(0, ShardMap.ShardCount)));
        _leases = new Leases(_entities, shards, _notices, Grace, _time);
        var admissions = new Admissions(new HomeLimits(new WorkflowIndex(), shards, cluster, _time), _ready, new Neighbours(cluster));
        _claims = new OwnClaims(
            _entities, _ready, admissions, _leases, new DispatchSettings(4, 1, TimeSpan.FromSeconds(1)), life, _time, NullLogger<OwnClaims>.Instance);
    }

    public void Dispose()
    {
        _leases.Dispose();
        _ready.Dispose();
    }

    [Fact]
    public async Task An_end_that_was_announced_by_nobody_is_asked_for_and_frees_the_place()
    {
        Held(attempt: 1);
        _entities.Seen = State(RunStatus.Success, attempt: 1);

        await ExpireAsync();
        Assert.True(_ready.IsActive(_run));
        await ExpireAsync();

        Assert.False(_ready.IsActive(_run));
        await ExpireAsync();
        Assert.Equal(2, _entities.GivenUp.Count);
    }

    [Fact]
    public async Task A_run_that_waits_again_unheard_keeps_its_place_and_is_the_next()
    {
        Held(attempt: 1);
        _entities.Seen = State(RunStatus.Available, attempt: 1);
        var other = Waiting() with { RunId = Guid.NewGuid() };
        _ready.Offer(other);

        await ExpireAsync();
        await ExpireAsync();

        Assert.Equal(_run, _queue.Take(QueuePreference.Any)?.RunId);
        Assert.Null(_queue.Take(QueuePreference.Any));
    }

    [Fact]
    public async Task An_attempt_that_goes_on_or_does_not_answer_is_given_up_again()
    {
        Held(attempt: 1);
        _entities.Seen = State(RunStatus.Started, attempt: 1);
        await ExpireAsync();
        await ExpireAsync();
        _entities.Seen = null;
        await ExpireAsync();

        Assert.True(_ready.IsActive(_run));
        Assert.Equal([1, 1, 1], _entities.GivenUp);
    }

    [Fact]
    public async Task A_renewed_attempt_begins_anew_and_a_later_one_replaces_it()
    {
        Held(attempt: 1);
        _leases.Adopted(Enumerable.Range(0, ShardMap.ShardCount));
        await ExpireAsync();
        Assert.Empty(_leases.Renew([new HeldRun(_run, 1)]));
        _time.Advance(Grace);
        Assert.Empty(_leases.Expire());

        _leases.Adopt([new HeldRun(_run, 2)]);
        _leases.Adopt([new HeldRun(_run, 1)]);
        Assert.Empty(_leases.Renew([new HeldRun(_run, 2)]));
        Assert.Equal([_run], _leases.Renew([new HeldRun(_run, 1)]));
    }

    private void Held(int attempt)
    {
        _ready.MarkActive(Waiting());
        _leases.Adopt([new HeldRun(_run, attempt)]);
    }

    private async Task ExpireAsync()
    {
        _time.Advance(Grace);
        foreach (var attempt in _leases.Expire()) await _claims.LookAfterAsync(attempt);
    }

    private WaitingRun Waiting() => new(_run, _entities.Plan.ProjectId, _entities.Plan.WorkflowId, _entities.Plan.Queue, default);

    private RunState State(RunStatus status, int attempt) => RunState.Absent with { Status = status, Attempt = attempt, Plan = _entities.Plan };

    /// <summary>Says of the run what the test says, and hears nothing.</summary>
    private sealed class ScriptedRun : IEntities
    {
        public RunPlan Plan { get; } = new(
            Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid(), 1, Guid.NewGuid(), null, null, RunPriority.Normal,
            new RunOptions(1_000, 100, JobLogs: true), default);

        /// <summary>Null if the run does not answer.</summary>
        public RunState? Seen { get; set; }

        public List<int> GivenUp { get; } = [];

        public ValueTask<Outcome> AskHereAsync(EntityRef entity, object command, CancellationToken cancellationToken) => new(
            Seen is { } state ? new Outcome.Replied(new RunReply.Present(state)) : new Outcome.Unavailable("no answer"));

        public void LetGo(EntityRef entity)
        {
        }

        public bool Tell(EntityRef entity, object command)
        {
            GivenUp.Add(Assert.IsType<RunCommand.Abandon>(command).Attempt);
            return true;
        }

        public ValueTask<Outcome> AskAsync(EntityRef entity, object command, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<Outcome> AskNewAsync(EntityRef entity, object command, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Guid NewLocalId() => throw new NotSupportedException();

        public Guid NewId(int shard) => throw new NotSupportedException();
    }
}
