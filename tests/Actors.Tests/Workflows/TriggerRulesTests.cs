using Actors.Tests.Support;
using Actors.Workflows;
using static Actors.Tests.Support.Sample;

namespace Actors.Tests.Workflows;

public sealed class TriggerRulesTests
{
    private static readonly Trigger Cron = AWorkflow.Scheduled.Trigger!;

    [Fact]
    public void Triggers_with_everything_that_they_can_have_keep_the_rules()
    {
        Assert.Empty(AWorkflow.FaultsOf(AWorkflow.Guarded));
        Assert.Empty(AWorkflow.FaultsOf(AWorkflow.Scheduled));
        Assert.Empty(AWorkflow.FaultsOf(AWorkflow.WithTrigger(AWorkflow.Webhook with { Reply = WebhookReply.Custom })));
    }

    [Theory]
    [InlineData(100)]
    [InlineData(199)]
    [InlineData(600)]
    [InlineData(-1)]
    public void A_status_is_one_that_ends_an_answer(int code)
    {
        Assert.Equal("trigger.responseCodes.success", Fault(AWorkflow.Webhook with { ResponseCodes = new(code, null) }));
        Assert.Equal("trigger.responseCodes.error", Fault(AWorkflow.Webhook with { ResponseCodes = new(null, code) }));
    }

    [Fact]
    public void Statuses_are_for_webhooks_that_wait() =>
        Assert.Equal(
            "trigger.responseCodes",
            Fault(AWorkflow.Webhook with { Reply = WebhookReply.BeforeStart, ResponseCodes = new(200, null) }));

    [Fact]
    public void Auth_methods_are_few_and_different()
    {
        Assert.Equal("trigger.authMethods", Fault(AWorkflow.Webhook with { AuthMethods = [Id(1), Id(1)] }));
        Assert.Equal("trigger.authMethods", Fault(AWorkflow.Webhook with { AuthMethods = [.. Enumerable.Range(1, 11).Select(Id)] }));
    }

    [Fact]
    public void What_is_for_the_other_kind_is_refused()
    {
        Assert.Equal("trigger.timeZone", Fault(AWorkflow.Webhook with { TimeZone = "Europe/Berlin" }));
        Assert.Equal("trigger.catchUp", Fault(AWorkflow.Webhook with { CatchUp = CatchUp.All }));
        Assert.Equal("trigger.cursorJob", Fault(AWorkflow.Webhook with { CursorJobId = AWorkflow.Load.Id }));
        Assert.Equal("trigger.authMethods", CronFault(Cron with { AuthMethods = [Id(70)] }));
        Assert.Equal("trigger.responseCodes", CronFault(Cron with { ResponseCodes = new(200, null) }));
    }

    [Fact]
    public void Zone_and_cursor_exist()
    {
        Assert.Equal("trigger.timeZone", CronFault(Cron with { TimeZone = "Europe/Atlantis" }));
        Assert.Equal("trigger.cursorJob", CronFault(Cron with { CursorJobId = Id(99) }));
    }

    private static string Fault(Trigger trigger) => AWorkflow.FaultOf(AWorkflow.WithTrigger(trigger)).Field;

    private static string CronFault(Trigger trigger) => AWorkflow.FaultOf(AWorkflow.Scheduled with { Trigger = trigger }).Field;
}
