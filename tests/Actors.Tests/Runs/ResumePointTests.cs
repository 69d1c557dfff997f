using System.Collections.Immutable;
using Actors.Runs;
using Actors.Workflows;
using static Actors.Tests.Support.ARun;
using static Actors.Tests.Support.Sample;

namespace Actors.Tests.Runs;

public sealed class ResumePointTests
{
    private static readonly Guid Trigger = Plan.StartNodeId;
    private static readonly Guid JobC = Id(12);

    [Fact]
    public void A_chain_goes_on_at_the_job_behind_it_with_its_last_output()
    {
        var chain = Workflow(Edge(Trigger, JobA), Edge(JobA, JobB), Edge(JobB, JobC));

        Assert.Equal(new ResumePoint(JobB, Id(101)), Of(chain, Step(JobA, 101)));
        Assert.Equal(new ResumePoint(JobC, Id(102)), Of(chain, Step(JobA, 101), Step(JobB, 102)));
    }

    [Fact]
    public void A_run_that_starts_at_a_job_goes_on_behind_that_job() =>
        Assert.Equal(
            new ResumePoint(JobC, Id(101)),
            Of(Workflow(Edge(Trigger, JobA), Edge(JobA, JobB), Edge(JobB, JobC)), JobB, Step(JobB, 101)));

    [Theory]
    [InlineData(ExitReason.Success, EdgeCondition.OnJobSuccess, true)]
    [InlineData(ExitReason.Fail, EdgeCondition.OnJobSuccess, false)]
    [InlineData(ExitReason.Success, EdgeCondition.OnJobFailure, false)]
    [InlineData(ExitReason.Fail, EdgeCondition.OnJobFailure, true)]
    [InlineData(ExitReason.Fail, EdgeCondition.Always, true)]
    [InlineData(ExitReason.Crash, EdgeCondition.Always, false)]
    [InlineData(ExitReason.Kill, EdgeCondition.OnJobFailure, false)]
    [InlineData(ExitReason.Success, EdgeCondition.JsExpression, false)]
    public void Conditions_are_decided_by_how_the_step_ended(ExitReason reason, EdgeCondition condition, bool goesOn) =>
        Assert.Equal(
            goesOn ? new ResumePoint(JobB, Id(101)) : null,
            Of(Workflow(Edge(Trigger, JobA), Edge(JobA, JobB, condition)), Step(JobA, 101) with { Reason = reason }));

    [Fact]
    public void Of_two_ways_the_one_that_is_open_is_taken()
    {
        var fork = Workflow(
            Edge(Trigger, JobA), Edge(JobA, JobB, EdgeCondition.OnJobSuccess), Edge(JobA, JobC, EdgeCondition.OnJobFailure));

        Assert.Equal(JobB, Of(fork, Step(JobA, 101))!.JobId);
        Assert.Equal(JobC, Of(fork, Step(JobA, 101) with { Reason = ExitReason.Fail })!.JobId);
    }

    [Fact]
    public void What_is_no_chain_with_one_open_end_starts_over()
    {
        var chain = Workflow(Edge(Trigger, JobA), Edge(JobA, JobB));
        Assert.Null(Of(chain));
        Assert.Null(Of(chain, Step(JobA, 101), Step(JobB, 102)));
        Assert.Null(Of(chain, Step(JobB, 101)));
        Assert.Null(Of(chain, Step(JobA, 101), Step(JobA, 102)));
        Assert.Null(Of(chain, Step(JobA, 101) with { OutputDataclipId = null }));
        Assert.Null(Of(chain, Step(JobA, 101) with { OutputLost = true }));
        Assert.Null(Of(Workflow(Edge(Trigger, JobA), Edge(JobA, JobB), Edge(JobA, JobC)), Step(JobA, 101)));
        Assert.Null(Of(Workflow(Edge(Trigger, JobA), Edge(Trigger, JobB), Edge(JobA, JobC)), Step(JobA, 101)));
        Assert.Null(Of(Workflow(Edge(Trigger, JobA), Edge(JobA, JobB, enabled: false)), Step(JobA, 101)));
        Assert.Null(Of(Workflow(Edge(Trigger, JobA, EdgeCondition.JsExpression), Edge(JobA, JobB)), Step(JobA, 101)));
    }

    [Fact]
    public void Of_two_edges_with_the_same_ends_the_last_counts()
    {
        var doubled = Workflow(
            Edge(Trigger, JobA), Edge(JobA, JobB), Edge(JobA, JobB, EdgeCondition.OnJobFailure));

        Assert.Null(Of(doubled, Step(JobA, 101)));
    }

    [Fact]
    public void A_step_that_is_executed_again_is_not_finished()
    {
        var chain = Workflow(Edge(Trigger, JobA), Edge(JobA, JobB), Edge(JobB, JobC));

        Assert.Equal(
            new ResumePoint(JobB, Id(101)), Of(chain, Step(JobA, 101), Step(JobB, 102) with { Reason = ExitReason.Fail, Retry = true }));
    }

    private static ResumePoint? Of(Workflow workflow, params ImmutableArray<FinishedStep> steps) => Of(workflow, Trigger, steps);

    private static ResumePoint? Of(Workflow workflow, Guid start, params ImmutableArray<FinishedStep> steps) =>
        ResumePoint.Of(workflow, RunState.Absent with { Plan = Plan with { StartNodeId = start }, FinishedSteps = steps });

    private static FinishedStep Step(Guid job, int output) =>
        new(Guid.NewGuid(), job, ExitReason.Success, Id(output), false, null, null);

    private static Edge Edge(Guid from, Guid to, EdgeCondition condition = EdgeCondition.Always, bool enabled = true) =>
        new(Guid.NewGuid(), from == Trigger ? from : null, from == Trigger ? null : from, to, condition, "state.x", null, enabled);

    private static Workflow Workflow(params Edge[] edges) => Support.AWorkflow.Full with
    {
        Trigger = Support.AWorkflow.Full.Trigger! with { Id = Trigger },
        Jobs = [.. new[] { JobA, JobB, JobC }.Select(id => Support.AWorkflow.Full.Jobs[0] with { Id = id })],
        Edges = [.. edges],
    };
}
