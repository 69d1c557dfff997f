using Actors.Runs;
using Actors.Tests.Support;
using Actors.WorkOrders;

namespace Actors.Tests.WorkOrders;

public sealed class WorkOrderRulesTests
{
    [Theory]
    [InlineData(RunStatus.Available, WorkOrderState.Pending)]
    [InlineData(RunStatus.Claimed, WorkOrderState.Pending)]
    [InlineData(RunStatus.Started, WorkOrderState.Running)]
    [InlineData(RunStatus.Success, WorkOrderState.Success)]
    [InlineData(RunStatus.Failed, WorkOrderState.Failed)]
    [InlineData(RunStatus.Crashed, WorkOrderState.Crashed)]
    [InlineData(RunStatus.Cancelled, WorkOrderState.Cancelled)]
    [InlineData(RunStatus.Killed, WorkOrderState.Killed)]
    [InlineData(RunStatus.Exception, WorkOrderState.Exception)]
    [InlineData(RunStatus.Lost, WorkOrderState.Lost)]
    public void A_single_run_decides(RunStatus status, WorkOrderState state)
    {
        Assert.Equal(state, WorkOrderRules.StateOf(status));
        Assert.Equal(state, WorkOrderRules.StateOf([new RunSummary(status, null)]));
    }

    [Fact]
    public void Without_a_run_a_work_order_is_rejected() =>
        Assert.Equal(WorkOrderState.Rejected, WorkOrderRules.StateOf([]));

    [Theory]
    [InlineData(RunStatus.Started, WorkOrderState.Running)]
    [InlineData(RunStatus.Available, WorkOrderState.Pending)]
    [InlineData(RunStatus.Claimed, WorkOrderState.Pending)]
    public void An_unfinished_run_decides_before_finished_ones(RunStatus status, WorkOrderState state) =>
        Assert.Equal(state, StateOf((RunStatus.Success, 9), (status, null), (RunStatus.Failed, 10)));

    [Fact]
    public void A_started_run_decides_before_a_waiting_one() =>
        Assert.Equal(
            WorkOrderState.Running,
            StateOf((RunStatus.Available, null), (RunStatus.Started, null), (RunStatus.Claimed, null)));

    [Fact]
    public void The_last_run_to_finish_decides_not_the_best()
    {
        Assert.Equal(WorkOrderState.Failed, StateOf((RunStatus.Failed, 8), (RunStatus.Success, 7)));
        Assert.Equal(WorkOrderState.Success, StateOf((RunStatus.Failed, 7), (RunStatus.Success, 8)));
        Assert.Equal(WorkOrderState.Success, StateOf((RunStatus.Failed, 7), (RunStatus.Success, 7)));
    }

    private static WorkOrderState StateOf(params (RunStatus Status, int? FinishedAt)[] runs) =>
        WorkOrderRules.StateOf(runs.Select(run => new RunSummary(
            run.Status, run.FinishedAt is { } seconds ? Sample.At(seconds) : null)));
}
