using Actors.Runs;
using Actors.Tests.Support;
using Cluster.Entities;
using Cluster.Sharding;
using static Actors.Tests.Support.ARun;

namespace Actors.Tests.Runs;

/// <summary>Work orders that get no run, and the ids of what a tick makes.</summary>
public sealed class RunRejectionTests
{
    [Fact]
    public void A_rejected_order_is_stored_with_its_input_and_nobody_hears_of_a_run()
    {
        var input = new DataclipBody(InputId, DataclipType.HttpRequest, "{}"u8.ToArray(), null);
        var verdict = Given().When(new RunCommand.Reject(Plan, input, "too_many_runs"))
            .Then([new RunEvent.Rejected(Plan, "too_many_runs", Now) { RunId = RunId }], new RunReply.Created(WorkOrderId));

        Assert.Same(input, Assert.Single(verdict.Decision.Attachments));
        Assert.Empty(verdict.Notices);
        Assert.Equal(RunStatus.Rejected, verdict.State.Status);
        Assert.True(verdict.State.IsFinal);
    }

    [Fact]
    public void Nothing_comes_of_a_rejected_order()
    {
        var rejected = Given(new RunEvent.Rejected(Plan, "too_many_runs", Sample.At(0)) { RunId = RunId });
        rejected.When(new RunCommand.Claim("w")).ThenRefused(RefusalKind.Conflict, RunRefusals.NotAvailableCode);
        rejected.When(new RunCommand.Cancel()).ThenRefused(RefusalKind.Conflict, RunRefusals.FinalCode);
        rejected.When(new RunCommand.Reject(Plan, null, "x")).ThenRefused(RefusalKind.Conflict, RunRefusals.ExistsCode);
        Given(Created()).When(new RunCommand.Reject(Plan, null, "x")).ThenRefused(RefusalKind.Conflict, RunRefusals.ExistsCode);
    }

    [Fact]
    public void Whoever_fires_a_tick_makes_the_same_run_in_the_shard_of_the_project()
    {
        for (var i = 0; i < 100; i++)
        {
            var (project, trigger, tick) = (Guid.CreateVersion7(), Guid.CreateVersion7(), Sample.At(60 * i));
            var ids = CronTick.Of(project, trigger, tick);
            Assert.Equal(ids, CronTick.Of(project, trigger, tick.ToOffset(TimeSpan.FromHours(2))));
            Assert.Equal(ShardMap.ShardOf(project), ShardMap.ShardOf(ids.RunId));
            Assert.Equal((8, 0x8), (ids.RunId.Version, ids.RunId.Variant & 0xC));
            Guid[] all = [ids.RunId, ids.WorkOrderId, ids.InputId, CronTick.Of(project, trigger, tick.AddMinutes(1)).RunId];
            Assert.Equal(4, all.Distinct().Count());
        }
    }

    [Fact]
    public void A_tick_made_its_run_and_not_a_retry_of_it()
    {
        var plan = Plan with { ScheduledFor = Sample.At(60) };
        Assert.True(CronTick.Made(CronTick.Of(plan.ProjectId, plan.TriggerId!.Value, Sample.At(60)).RunId, plan));
        Assert.False(CronTick.Made(RunId, plan));
        Assert.False(CronTick.Made(RunId, Plan));
    }
}
