using System.Text.RegularExpressions;

namespace Actors.Workflows;

internal static partial class TriggerRules
{
    public static void Check(Trigger trigger, Workflow workflow, Faults faults)
    {
        faults.AddUnless(trigger.Id != Guid.Empty, "trigger.id", "must be a UUID");
        switch (trigger.Type)
        {
            case TriggerType.Webhook:
                CheckPath(trigger, faults);
                CheckAnswers(trigger, faults);
                CheckForCronOnly(trigger, faults);
                break;
            case TriggerType.Cron:
                CheckCron(trigger, faults);
                CheckCursor(trigger, workflow, faults);
                CheckForWebhooksOnly(trigger, faults);
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

    private static void CheckAnswers(Trigger trigger, Faults faults)
    {
        faults.AddUnless(
            trigger.AuthMethods.Length <= WorkflowLimits.AuthMethodsPerTrigger
                && trigger.AuthMethods.Distinct().Count() == trigger.AuthMethods.Length,
            "trigger.authMethods",
            "must be at most 10 different ones");
        if (trigger.ResponseCodes is not { } codes) return;

        faults.AddUnless(
            trigger.Reply == WebhookReply.AfterCompletion, "trigger.responseCodes", "is for the reply after_completion only");
        CheckCode(codes.Success, "trigger.responseCodes.success", faults);
        CheckCode(codes.Error, "trigger.responseCodes.error", faults);
    }

    /// <summary>An answer of 1xx would leave its caller waiting for another one.</summary>
    private static void CheckCode(int? code, string field, Faults faults) =>
        faults.AddUnless(code is null or (>= 200 and <= 599), field, "must be a status of 200 to 599");

    private static void CheckCron(Trigger trigger, Faults faults)
    {
        if (trigger.CronExpression is not { } expression)
        {
            faults.Add("trigger.cronExpression", "must be present for a cron trigger");
        }
        else if (CronSchedule.FaultOf(expression) is { } rule)
        {
            faults.Add("trigger.cronExpression", rule);
        }

        faults.AddUnless(
            trigger.TimeZone is null || TimeZones.Find(trigger.TimeZone) is not null,
            "trigger.timeZone",
            "must be the IANA name of a time zone, such as Africa/Nairobi, or absent for UTC");
    }

    private static void CheckCursor(Trigger trigger, Workflow workflow, Faults faults) =>
        faults.AddUnless(
            trigger.CursorJobId is not { } id || workflow.Jobs.Any(job => job.Id == id),
            "trigger.cursorJob",
            "must be a job of the workflow");

    private static void CheckForWebhooksOnly(Trigger trigger, Faults faults)
    {
        const string Rule = "is for webhook triggers only";
        faults.AddUnless(trigger.CustomPath is null, "trigger.customPath", Rule);
        faults.AddUnless(trigger.AuthMethods.IsEmpty, "trigger.authMethods", Rule);
        faults.AddUnless(trigger.ResponseCodes is null, "trigger.responseCodes", Rule);
    }

    private static void CheckForCronOnly(Trigger trigger, Faults faults)
    {
        const string Rule = "is for cron triggers only";
        faults.AddUnless(trigger.CronExpression is null, "trigger.cronExpression", Rule);
        faults.AddUnless(trigger.TimeZone is null, "trigger.timeZone", Rule);
        faults.AddUnless(trigger.CatchUp == CatchUp.Latest, "trigger.catchUp", Rule);
        faults.AddUnless(trigger.CursorJobId is null, "trigger.cursorJob", Rule);
    }

    [GeneratedRegex(@"^[a-z0-9_-]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex PathPattern();
}
