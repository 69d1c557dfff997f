using System.Collections.Immutable;
using Actors.Runs;
using Cluster.Entities;
using Cluster.Sharding;
using static Actors.Tests.Support.ARun;
using static Actors.Tests.Support.Sample;

namespace Actors.Tests.Runs;

public sealed class RunRetryTests
{
    private static readonly RetryOf Again = new(
        Id(50), StepA, new OrderFacts(6, Id(6), InputId, At(-100)), Id(51), null);

    [Fact]
    public void The_next_run_of_an_order_has_one_id_in_the_shard_that_was_chosen()
    {
        var ids = Enumerable.Range(1, 50).Select(runs => RunRetry.NextRunId(WorkOrderId, runs, 77)).ToHashSet();
        Assert.Equal(50, ids.Count);
        Assert.All(ids, id => Assert.Equal((77, 8), (ShardMap.ShardOf(id), id.Version)));
        Assert.Equal(RunRetry.NextRunId(WorkOrderId, 1, 77), RunRetry.NextRunId(WorkOrderId, 1, 77));
        Assert.NotEqual(RunRetry.NextRunId(Id(99), 1, 77), RunRetry.NextRunId(WorkOrderId, 1, 77));
    }

    /// <summary>Every node makes the same id, of whatever version: this one must not change.</summary>
    [Fact]
    public void The_id_is_the_one_it_always_was() =>
        Assert.Equal(new Guid("195e14e9-8a4b-8652-b2a7-fb46a512ad03"), RunRetry.NextRunId(new Guid("018f0000-0000-7000-8000-000000000001"), 1, 3));

    [Fact]
    public void Of_two_retries_with_the_same_id_the_second_is_refused()
    {
        var first = Plan with { RetryOf = Again };
        var created = new RunEvent.Created(first, At(0)) { RunId = RunId };
        Given(created).When(new RunCommand.Create(first, null)).ThenOnly(new RunReply.Created(WorkOrderId));
        Given(created).When(new RunCommand.Create(Plan with { RetryOf = Again with { Request = Id(52) } }, null))
            .ThenRefused(RefusalKind.Conflict, RunRefusals.ExistsCode);
    }

    [Fact]
    public void Steps_that_are_not_executed_again_are_told_with_the_creation_and_not_given_to_a_worker()
    {
        ImmutableArray<ReusedStep> reused = [Step(StepA, JobA)];
        var plan = Plan with { RetryOf = Again, SingleJob = true };
        var verdict = Given().When(new RunCommand.Create(plan, null) { Reused = reused });
        verdict.Then(new RunEvent.Created(plan, Now) { RunId = RunId, Reused = reused }, new RunReply.Created(WorkOrderId));
        Assert.Empty(verdict.State.FinishedSteps);
    }

    [Fact]
    public void So_many_steps_are_taken_over_and_no_more()
    {
        ImmutableArray<ReusedStep> many = [.. Enumerable.Range(0, 1_001).Select(number => Step(Id(number), JobA))];
        Given().When(new RunCommand.Create(Plan, null) { Reused = many }).ThenRefused(RefusalKind.Invalid, RunRefusals.InvalidRunCode);
        Assert.Equal(1_000, RunRetry.Reused(many, new HashSet<Guid>()).Length);
    }

    [Fact]
    public void Steps_of_the_cone_and_lost_ones_are_not_taken_over()
    {
        ReusedStep[] steps = [Step(StepA, JobA), Step(StepB, JobB), Step(Id(60), Id(61)) with { Reason = ExitReason.Lost }];
        Assert.Equal([StepA], RunRetry.Reused(steps, new HashSet<Guid> { JobB }).Select(step => step.StepId));
    }

    private static ReusedStep Step(Guid id, Guid job) =>
        new(id, job, ExitReason.Success, InputId, OutputA, false, null, null, At(1), At(2), 1000, 5);
}
