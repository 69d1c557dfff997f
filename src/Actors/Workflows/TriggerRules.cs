using System.Text.RegularExpressions;

namespace Actors.Workflows;

internal static partial class TriggerRules
{
    public static void Check(Trigger trigger, Faults faults)
    {
        faults.AddUnless(trigger.Id != Guid.Empty, "trigger.id", "must be a UUID");
        switch (trigger.Type)
        {
            case TriggerType.Webhook:
                CheckPath(trigger, faults);
                faults.AddUnless(trigger.CronExpression is null, "trigger.cronExpression", "is for cron triggers only");
                break;
            case TriggerType.Cron:
                CheckCron(trigger, faults);
                faults.AddUnless(trigger.CustomPath is null, "trigger.customPath", "is for webhook triggers only");
                break;
            default:
                faults.Add("trigger.type", "must be webhook or cron");
                break;
        }
    }

    private static void CheckPath(Trigger trigger, Faults faults)
    {
        if (trigger.CustomPath is not { } path) return;

        faults.AddUnless(
            path.Length <= WorkflowLimits.CustomPathLength && PathPattern().IsMatch(path),
            "trigger.customPath",
            "must be 1 to 255 lower-case letters, digits, hyphens and underscores");

        // Webhooks are addressed by trigger id or by path: a path must not be able to stand for another's id.
        faults.AddUnless(!Guid.TryParse(path, out _), "trigger.customPath", "must not look like a UUID");
    }

    private static void CheckCron(Trigger trigger, Faults faults)
    {
        if (trigger.CronExpression is not { } expression)
        {
            faults.Add("trigger.cronExpression", "must be present for a cron trigger");
        }
        else if (CronSyntax.FaultOf(expression) is { } rule)
        {
            faults.Add("trigger.cronExpression", rule);
        }
    }

    [GeneratedRegex(@"^[a-z0-9_-]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex PathPattern();
}
