using Actors.Workflows;
using Api.Intake;

namespace Api.Schedules;

/// <summary>A cron trigger of this node's shards and how far it got.</summary>
internal sealed class ScheduledTrigger
{
    private readonly CronSchedule _schedule;
    private DateTimeOffset _last;

    /// <param name="lastTick">The last tick that became a run; null for none.</param>
    /// <exception cref="FormatException">The expression or time zone is not known to this machine.</exception>
    public ScheduledTrigger(WorkflowEntry workflow, DateTimeOffset? lastTick)
    {
        Workflow = workflow;
        _schedule = CronSchedule.Parse(Trigger.CronExpression!, Trigger.TimeZone);
        var since = workflow.ScheduledSince ?? DateTimeOffset.MaxValue;
        _last = lastTick > since ? lastTick.Value : since;
    }

    public WorkflowEntry Workflow { get; }

    public Trigger Trigger => Workflow.Trigger!;

    /// <summary>Null if there is none.</summary>
    public DateTimeOffset? Next => _last == DateTimeOffset.MaxValue ? null : _schedule.Next(_last);

    public IReadOnlyList<DateTimeOffset> Due(DateTimeOffset now) => DueTicks.Of(_schedule, Trigger.CatchUp, _last, now);

    /// <summary>The tick is a run.</summary>
    public void Fired(DateTimeOffset tick) => _last = tick;

    /// <summary>Whatever is due has been fired or is too old.</summary>
    public void Done(DateTimeOffset now)
    {
        if (now > _last && _schedule.Newest(1, _last, now) is [var leftOut]) _last = leftOut;
    }
}
