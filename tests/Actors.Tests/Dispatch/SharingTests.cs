using System.Collections.Immutable;
using Actors.Dispatch;
using Actors.Runs;

namespace Actors.Tests.Dispatch;

/// <summary>How the ready queue shares workers between projects, workflows and queues.</summary>
public sealed class SharingTests
{
    private static readonly QueuePreference Any = QueuePreference.Any;
    private int _created;

    [Fact]
    public void Projects_get_turns_by_weight_exactly_in_every_round()
    {
        for (var seed = 1; seed <= 100; seed++)
        {
            var random = new Random(seed);
            var weights = Enumerable.Range(0, random.Next(1, 8)).ToDictionary(_ => Guid.NewGuid(), _ => random.Next(1, 12));
            var queue = new ReadyQueue(10_000, (project, _) => new ConcurrencyLimits(null, null, weights[project]));
            var rounds = random.Next(1, 6);
            foreach (var (project, weight) in weights)
            {
                var workflows = Enumerable.Range(0, random.Next(1, 4)).Select(_ => Guid.NewGuid()).ToArray();
                for (var i = 0; i < weight * rounds; i++) queue.Offer(Run(project, workflows[i % workflows.Length]));
            }

            for (var round = 0; round < rounds; round++)
            {
                var taken = Enumerable.Range(0, weights.Values.Sum()).Select(_ => queue.Take(Any)!.ProjectId).CountBy(id => id);
                Assert.Equal(weights.OrderBy(pair => pair.Key), taken.OrderBy(pair => pair.Key));
            }

            Assert.Null(queue.Take(Any));
        }
    }

    [Fact]
    public void A_project_that_comes_and_goes_gets_no_more_than_its_weight_in_a_round()
    {
        var (steady, jumper) = (Guid.NewGuid(), Guid.NewGuid());
        var queue = new ReadyQueue(1_000, (_, _) => new ConcurrencyLimits(null, null, 1));
        for (var i = 0; i < 100; i++) queue.Offer(Run(steady, steady));
        var turns = new List<Guid>();
        for (var i = 0; i < 100; i++)
        {
            queue.Offer(Run(jumper, Guid.NewGuid()));
            turns.Add(queue.Take(Any)!.ProjectId);
        }

        Assert.Equal(50, turns.Count(turn => turn == jumper));
    }

    [Theory]
    [InlineData(RunQueue.FastLane, RunQueue.Default)]
    [InlineData(RunQueue.Manual, RunQueue.Default)]
    [InlineData(RunQueue.FastLane, RunQueue.Manual)]
    public void A_queue_is_never_passed_over_more_than_sixteen_times_in_a_row(RunQueue urgent, RunQueue patient)
    {
        var queue = new ReadyQueue(1_000, (_, _) => default);
        for (var i = 0; i < 170; i++) queue.Offer(Run(Guid.NewGuid(), Guid.NewGuid(), urgent));
        for (var i = 0; i < 5; i++) queue.Offer(Run(Guid.NewGuid(), Guid.NewGuid(), patient));

        var taken = Enumerable.Range(0, 85).Select(_ => queue.Take(Any)!.Queue).ToList();

        Assert.Equal(Enumerable.Range(0, 85).Select(i => i % 17 == 16 ? patient : urgent), taken);
    }

    [Fact]
    public void A_queue_that_a_limit_holds_up_is_not_passed_over()
    {
        var held = Guid.NewGuid();
        var queue = new ReadyQueue(100, (_, workflow) => new ConcurrencyLimits(workflow == held ? 0 : null, null));
        queue.Offer(Run(held, held));
        for (var i = 0; i < 40; i++) queue.Offer(Run(Guid.NewGuid(), Guid.NewGuid(), RunQueue.Manual));
        for (var i = 0; i < 40; i++) Assert.Equal(RunQueue.Manual, queue.Take(Any)!.Queue);

        Assert.Null(queue.Take(Any));
        Assert.False(queue.HasWork(Any));
    }

    [Fact]
    public void A_worker_gets_runs_of_the_queues_it_takes_in_the_order_it_prefers()
    {
        var queue = new ReadyQueue(10, (_, _) => default);
        foreach (var name in Enum.GetValues<RunQueue>()) queue.Offer(Run(Guid.NewGuid(), Guid.NewGuid(), name));

        Assert.Equal(RunQueue.Default, queue.Take(QueuePreference.Parse(["default", "manual"]))!.Queue);
        Assert.Equal(RunQueue.Manual, queue.Take(QueuePreference.Parse(["default", "manual"]))!.Queue);
        Assert.Null(queue.Take(QueuePreference.Parse(["default", "manual"])));
        Assert.False(queue.HasWork(QueuePreference.Parse(["default"])));
        Assert.True(queue.HasWork(Any));
        Assert.Null(queue.Take(new QueuePreference([])));
    }

    [Fact]
    public void What_limits_hold_up_costs_no_looks()
    {
        var looks = 0;
        var free = Guid.NewGuid();
        var queue = new ReadyQueue(10, (project, _) =>
        {
            looks++;
            return new ConcurrencyLimits(project == free ? null : 0, null);
        });
        for (var i = 0; i < 1_000; i++) queue.Offer(Run(Guid.NewGuid(), Guid.NewGuid()));
        Assert.Null(queue.Take(Any));
        looks = 0;
        for (var i = 0; i < 100; i++)
        {
            queue.Offer(Run(free, free));
            Assert.Equal(free, queue.Take(Any)!.ProjectId);
        }

        Assert.Equal(100, looks);
        queue.Recheck();
        Assert.Null(queue.Take(Any));
        Assert.Equal(1_100, looks);
    }

    [Fact]
    public void A_limit_that_was_raised_is_seen_at_the_next_recheck()
    {
        var most = 1;
        var project = Guid.NewGuid();
        var queue = new ReadyQueue(10, (_, _) => new ConcurrencyLimits(null, most));
        for (var i = 0; i < 3; i++) queue.Offer(Run(project, Guid.NewGuid()));
        Assert.NotNull(queue.Take(Any));
        Assert.Null(queue.Take(Any));
        most = 2;
        queue.Recheck();

        Assert.NotNull(queue.Take(Any));
        Assert.Null(queue.Take(Any));
    }

    [Fact]
    public void A_run_whose_claim_is_in_doubt_keeps_its_place_under_the_limit_and_is_the_next()
    {
        var project = Guid.NewGuid();
        var queue = new ReadyQueue(10, (_, _) => new ConcurrencyLimits(1, null));
        queue.Offer(Run(project, project));
        queue.Offer(Run(project, project));
        var doubtful = queue.Take(Any)!;
        queue.PutBack(doubtful);
        queue.PutBack(doubtful);

        Assert.True(queue.HasWork(Any));
        Assert.Same(doubtful, queue.Take(Any));
        Assert.Null(queue.Take(Any));
        queue.PutBack(doubtful);
        queue.Release(doubtful.RunId);
        Assert.NotSame(doubtful, queue.Take(Any));
        queue.PutBack(doubtful);
        Assert.Equal(1, queue.Waiting);
    }

    [Fact]
    public void A_refused_run_waits_again_and_its_workflow_does_not_hold_up_others()
    {
        var project = Guid.NewGuid();
        var queue = new ReadyQueue(10, (_, _) => default);
        var refused = Run(project, Guid.NewGuid());
        queue.Offer(refused);
        queue.Offer(Run(project, Guid.NewGuid()));

        Assert.Same(refused, queue.Take(Any));
        queue.Refuse(refused);
        Assert.NotNull(queue.Take(Any));
        Assert.Null(queue.Take(Any));
        queue.Recheck();
        Assert.Same(refused, queue.Take(Any));
    }

    [Fact]
    public void A_run_of_elsewhere_is_admitted_within_the_limits_and_counts()
    {
        var project = Guid.NewGuid();
        var queue = new ReadyQueue(10, (_, _) => new ConcurrencyLimits(null, 1));
        var (one, other) = (Run(project, Guid.NewGuid()), Run(project, Guid.NewGuid()));
        queue.Offer(Run(project, Guid.NewGuid()));

        Assert.True(queue.TryAdmit(one, new(null, 1)));
        Assert.True(queue.TryAdmit(one, new(null, 1)));
        Assert.False(queue.TryAdmit(other, new(null, 1)));
        Assert.Null(queue.Take(Any));
        queue.Release(one.RunId);
        Assert.NotNull(queue.Take(Any));
    }

    [Fact]
    public void An_active_run_that_left_may_go_on_counting()
    {
        var project = Guid.NewGuid();
        var queue = new ReadyQueue(10, (_, _) => new ConcurrencyLimits(null, 1));
        var active = Run(project, project);
        queue.MarkActive(active);
        queue.Offer(Run(project, project));

        queue.Leave(run => run == active.RunId, _ => true);
        Assert.Null(queue.Take(Any));
        queue.Leave(run => run == active.RunId);
        Assert.NotNull(queue.Take(Any));
    }

    /// <summary>Against a model that knows only what waits and what is active, and has no shortcuts.</summary>
    [Fact]
    public void Whatever_happens_a_run_is_taken_if_and_only_if_one_may_start()
    {
        for (var seed = 1; seed <= 300; seed++)
        {
            new Model(seed).Play(400);
        }
    }

    private WaitingRun Run(Guid project, Guid workflow, RunQueue queue = RunQueue.Default) =>
        new(Guid.NewGuid(), project, workflow, queue, DateTimeOffset.UnixEpoch.AddSeconds(_created++));

    private sealed class Model
    {
        private readonly int _seed;
        private readonly Random _random;
        private readonly Guid[] _projects = [Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid()];
        private readonly Guid[] _workflows = [.. Enumerable.Range(0, 7).Select(_ => Guid.NewGuid())];
        private readonly Dictionary<Guid, int?> _limits = [];
        private readonly List<WaitingRun> _waiting = [];
        private readonly List<WaitingRun> _active = [];
        private readonly ReadyQueue _queue;

        public Model(int seed)
        {
            (_seed, _random) = (seed, new Random(seed));
            foreach (var id in _projects.Concat(_workflows)) _limits[id] = Limit();
            _queue = new ReadyQueue(1_000, (project, workflow) => new(_limits[workflow], _limits[project], 1 + (_limits[project] ?? 2)));
        }

        public void Play(int steps)
        {
            for (var step = 0; step < steps; step++)
            {
                switch (_random.Next(12))
                {
                    case <= 3: Offer(); break;
                    case <= 7: Take(); break;
                    case <= 9: End(); break;
                    case 10 when _random.Next(3) == 0: Leave(); break;
                    default: Change(); break;
                }

                Assert.Equal((_waiting.Count, _active.Count), (_queue.Waiting, _queue.Active));
            }
        }

        private void Offer()
        {
            var number = _random.Next(_workflows.Length);
            var run = new WaitingRun(
                Guid.NewGuid(), _projects[number % 3], _workflows[number], (RunQueue)_random.Next(3), DateTimeOffset.UnixEpoch);
            _waiting.Add(run);
            _queue.Offer(run);
        }

        private void Take()
        {
            var preference = new QueuePreference([.. QueuePreference.Any.Order.Where(_ => _random.Next(4) > 0).OrderBy(_ => _random.Next())]);
            var possible = _waiting.Where(run => MayStart(run) && preference.Order.Contains(run.Queue)).ToImmutableArray();
            if (_queue.Take(preference) is not { } taken)
            {
                Assert.True(possible.IsEmpty, $"seed {_seed}: {possible.Length} runs could start");
                return;
            }

            Assert.True(possible.Contains(taken), $"seed {_seed}: a run was taken that may not start");
            var first = _waiting.First(run => Backlog.Of(run) == Backlog.Of(taken));
            Assert.True(first == taken, $"seed {_seed}: an older run of its backlog waits");
            _waiting.Remove(taken);
            _active.Add(taken);
        }

        private void End()
        {
            if (_active.Count == 0) return;
            var run = _active[_random.Next(_active.Count)];
            _active.Remove(run);
            _queue.Release(run.RunId);
        }

        private void Leave()
        {
            var left = _waiting.Concat(_active).Where(_ => _random.Next(4) == 0).Select(run => run.RunId).ToHashSet();
            _queue.Leave(left.Contains);
            _waiting.RemoveAll(run => left.Contains(run.RunId));
            _active.RemoveAll(run => left.Contains(run.RunId));
        }

        private void Change()
        {
            _limits[_random.Next(2) == 0 ? _projects[_random.Next(3)] : _workflows[_random.Next(7)]] = Limit();
            _queue.Recheck();
        }

        private bool MayStart(WaitingRun run) =>
            !(_active.Count(other => other.WorkflowId == run.WorkflowId) >= _limits[run.WorkflowId])
            && !(_active.Count(other => other.ProjectId == run.ProjectId) >= _limits[run.ProjectId]);

        private int? Limit() => _random.Next(3) == 0 ? null : _random.Next(0, 5);
    }
}
