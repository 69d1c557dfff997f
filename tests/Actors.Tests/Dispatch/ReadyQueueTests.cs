using Actors.Dispatch;
using Actors.Runs;

namespace Actors.Tests.Dispatch;

public sealed class ReadyQueueTests
{
    private static readonly ConcurrencyLimits NoLimits = new(null, null);
    private readonly Guid _project = Guid.NewGuid();
    private readonly Guid _workflow = Guid.NewGuid();
    private int _created;

    [Fact]
    public void Runs_of_one_workflow_start_in_the_order_in_which_they_came()
    {
        var queue = new ReadyQueue(10, (_, _) => NoLimits);
        var runs = Offer(queue, 3);

        Assert.Equal(runs, Drain(queue));
        Assert.Null(queue.Take(QueuePreference.Any));
        Assert.Equal(3, queue.Active);
    }

    [Fact]
    public void Urgent_runs_go_first()
    {
        var queue = new ReadyQueue(10, (_, _) => NoLimits);
        var normal = Offer(queue, 2);
        var urgent = Run(_project, _workflow, RunQueue.Manual);
        queue.Offer(urgent);

        Assert.Equal([urgent, .. normal], Drain(queue));
    }

    [Fact]
    public void A_project_with_one_run_does_not_wait_behind_one_with_many()
    {
        var queue = new ReadyQueue(1_000, (_, _) => NoLimits);
        Offer(queue, 500);
        var small = Run(Guid.NewGuid(), Guid.NewGuid());
        queue.Offer(small);

        var taken = Enumerable.Range(0, 2).Select(_ => queue.Take(QueuePreference.Any)).ToList();

        Assert.Contains(small, taken);
    }

    [Fact]
    public void Workflows_of_a_project_take_turns()
    {
        var queue = new ReadyQueue(10, (_, _) => NoLimits);
        var other = Guid.NewGuid();
        Offer(queue, 3);
        for (var i = 0; i < 3; i++)
        {
            queue.Offer(Run(_project, other));
        }

        var turns = Drain(queue).Select(run => run.WorkflowId).ToList();

        Assert.Equal(2, turns.Take(2).Distinct().Count());
        Assert.Equal(2, turns.Skip(2).Take(2).Distinct().Count());
    }

    [Fact]
    public void A_workflow_at_its_limit_waits_until_a_run_is_released()
    {
        var queue = new ReadyQueue(10, (_, workflow) => new ConcurrencyLimits(workflow == _workflow ? 2 : null, null));
        var runs = Offer(queue, 3);
        var unlimited = Run(_project, Guid.NewGuid());
        queue.Offer(unlimited);

        Assert.Equal([runs[0], runs[1], unlimited], Drain(queue).OrderBy(run => run.CreatedAt));
        queue.Release(runs[0].RunId);
        Assert.Equal(runs[2], queue.Take(QueuePreference.Any));
    }

    [Fact]
    public void A_project_at_its_limit_does_not_hold_up_others()
    {
        var queue = new ReadyQueue(10, (project, _) => new ConcurrencyLimits(null, project == _project ? 1 : null));
        Offer(queue, 3);
        var other = Run(Guid.NewGuid(), Guid.NewGuid());
        queue.Offer(other);

        var taken = Drain(queue);

        Assert.Equal(2, taken.Count);
        Assert.Contains(other, taken);
    }

    [Fact]
    public void Attempts_of_before_count_against_the_limits()
    {
        var queue = new ReadyQueue(10, (_, _) => new ConcurrencyLimits(1, null));
        var held = Run(_project, _workflow);
        queue.MarkActive(held);
        var waiting = Offer(queue, 1)[0];

        Assert.Null(queue.Take(QueuePreference.Any));
        queue.Release(held.RunId);
        Assert.Equal(waiting, queue.Take(QueuePreference.Any));
    }

    [Fact]
    public void An_offer_tells_whether_the_run_is_near_its_turn()
    {
        var queue = new ReadyQueue(2, (_, _) => NoLimits);
        Assert.True(queue.Offer(Run(_project, _workflow)));
        var second = Run(_project, _workflow);
        Assert.True(queue.Offer(second));
        Assert.True(queue.Offer(second));

        Assert.False(queue.Offer(Run(_project, _workflow)));
        Assert.False(queue.Offer(Run(_project, _workflow)));
        Assert.True(queue.Offer(Run(_project, Guid.NewGuid())));
    }

    [Fact]
    public void A_run_is_never_there_twice()
    {
        var queue = new ReadyQueue(10, (_, _) => NoLimits);
        var run = Offer(queue, 1)[0];
        queue.Offer(run);
        Assert.Equal(run, queue.Take(QueuePreference.Any));
        queue.Offer(run);

        Assert.Null(queue.Take(QueuePreference.Any));
    }

    [Fact]
    public void What_does_not_fit_is_read_back_when_there_is_room()
    {
        var queue = new ReadyQueue(4, (_, _) => NoLimits);
        var runs = Offer(queue, 10);
        var database = new List<WaitingRun>(runs);
        var taken = new List<WaitingRun>();
        while (queue.Take(QueuePreference.Any) is { } run)
        {
            taken.Add(run);
            database.Remove(run);
            Feed(queue, database);
        }

        Assert.Equal(runs, taken);
        Assert.Equal(0, queue.Waiting);
    }

    [Fact]
    public void A_run_offered_while_a_page_was_being_read_is_not_lost()
    {
        var queue = new ReadyQueue(4, (_, _) => NoLimits);
        var early = Offer(queue, 4);
        queue.ExpectMore(new Backlog(_workflow, RunQueue.Default));
        early.ForEach(_ => queue.Take(QueuePreference.Any));
        Assert.True(queue.TryTakeHungry(out var backlog));
        var late = Offer(queue, 1)[0];
        queue.Refill(backlog, [], isLastPage: true);

        Assert.True(queue.TryTakeHungry(out backlog), "The page may lack what was offered meanwhile: it is read again.");
        queue.Refill(backlog, [late], isLastPage: true);
        Assert.Equal(late, queue.Take(QueuePreference.Any));
        Assert.False(queue.TryTakeHungry(out _));
    }

    [Fact]
    public void Random_offers_takes_and_refills_start_every_run_once_within_the_limits()
    {
        for (var seed = 1; seed <= 200; seed++)
        {
            Play(new Random(seed), seed);
        }
    }

    private static void Play(Random random, int seed)
    {
        var workflows = Enumerable.Range(0, 6).Select(_ => Guid.NewGuid()).ToArray();
        var projects = new[] { Guid.NewGuid(), Guid.NewGuid() };
        var queue = new ReadyQueue(3, (_, _) => new ConcurrencyLimits(2, 5));
        var database = new List<WaitingRun>();
        var active = new List<WaitingRun>();
        var started = new HashSet<Guid>();
        var offered = 0;
        for (var step = 0; step < 400 || database.Count > 0; step++)
        {
            Assert.True(step < 5_000, $"seed {seed}: {database.Count} runs never started");
            if (step < 300 && random.Next(2) == 0)
            {
                var workflow = random.Next(6);
                var run = new WaitingRun(
                    Guid.NewGuid(), projects[workflow % 2], workflows[workflow], (RunQueue)random.Next(3),
                    DateTimeOffset.UnixEpoch.AddSeconds(offered++));
                database.Add(run);
                queue.Offer(run);
            }

            if (queue.Take(QueuePreference.Any) is { } taken)
            {
                Assert.True(started.Add(taken.RunId), $"seed {seed}: started twice");
                database.Remove(taken);
                active.Add(taken);
                Assert.True(active.Count(run => run.WorkflowId == taken.WorkflowId) <= 2, $"seed {seed}: workflow limit");
                Assert.True(active.Count(run => run.ProjectId == taken.ProjectId) <= 5, $"seed {seed}: project limit");
            }

            if (active.Count > 0 && random.Next(3) > 0)
            {
                var ended = active[random.Next(active.Count)];
                active.Remove(ended);
                queue.Release(ended.RunId);
            }

            Feed(queue, database);
        }

        Assert.Equal(offered, started.Count);
    }

    [Fact]
    public void Runs_that_go_to_another_node_leave_the_queue_and_the_count_of_active_ones()
    {
        var queue = new ReadyQueue(10, (_, _) => new ConcurrencyLimits(2, null));
        var runs = Offer(queue, 4);
        var active = new[] { queue.Take(QueuePreference.Any)!, queue.Take(QueuePreference.Any)! };
        Assert.Null(queue.Take(QueuePreference.Any));

        queue.Leave(run => run == active[0].RunId || run == runs[2].RunId);

        Assert.Equal(1, queue.Active);
        Assert.Equal(1, queue.Waiting);
        Assert.Equal(runs[3], queue.Take(QueuePreference.Any));
        Assert.Null(queue.Take(QueuePreference.Any));
    }

    [Fact]
    public void A_backlog_of_which_all_runs_left_costs_no_turn()
    {
        var queue = new ReadyQueue(10, (_, _) => NoLimits);
        Offer(queue, 3);
        queue.Leave(_ => true);

        Assert.Equal(0, queue.Waiting);
        Assert.Null(queue.Take(QueuePreference.Any));
        var other = Run(Guid.NewGuid(), Guid.NewGuid());
        queue.Offer(other);
        Assert.Equal([other], Drain(queue));
    }

    [Fact]
    public void What_waits_in_the_database_is_asked_for_again_when_the_window_left()
    {
        var queue = new ReadyQueue(4, (_, _) => NoLimits);
        var runs = Offer(queue, 6);
        Assert.False(queue.TryTakeHungry(out _));

        queue.Leave(run => runs.Take(4).Any(left => left.RunId == run));

        Assert.True(queue.TryTakeHungry(out var backlog));
        queue.Refill(backlog, runs[4..], isLastPage: true);
        Assert.Equal(runs[4..], Drain(queue));
    }

    private static void Feed(ReadyQueue queue, List<WaitingRun> database)
    {
        const int Page = 6;
        while (queue.TryTakeHungry(out var backlog))
        {
            var page = database.Where(run => Backlog.Of(run) == backlog).Take(Page).ToList();
            queue.Refill(backlog, page, page.Count < Page);
            if (page.Count < Page)
            {
                continue;
            }

            return;
        }
    }

    private static List<WaitingRun> Drain(ReadyQueue queue)
    {
        var taken = new List<WaitingRun>();
        while (queue.Take(QueuePreference.Any) is { } run)
        {
            taken.Add(run);
        }

        return taken;
    }

    private List<WaitingRun> Offer(ReadyQueue queue, int count)
    {
        var runs = Enumerable.Range(0, count).Select(_ => Run(_project, _workflow)).ToList();
        runs.ForEach(run => queue.Offer(run));
        return runs;
    }

    private WaitingRun Run(Guid project, Guid workflow, RunQueue queue = RunQueue.Default) =>
        new(Guid.NewGuid(), project, workflow, queue, DateTimeOffset.UnixEpoch.AddSeconds(_created++));
}
