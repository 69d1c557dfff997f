using Actors.Projects;
using Actors.Workflows;
using Cluster.Entities;
using static Actors.Tests.Support.Sample;

namespace Actors.Tests.Support;

/// <summary>A workflow that keeps every rule, to break one rule at a time.</summary>
internal static class AWorkflow
{
    public static readonly Guid CredentialId = Id(60);

    public static readonly WorkflowFacts Facts = new([CredentialId], ["@openfn/language-*", "@acme/special"]);

    public static readonly Job Load = new(Id(51), "Load", "get('/data');", "@openfn/language-http@7.2.10", CredentialId);

    public static readonly Job Store = new(Id(52), "Store", "fn(s => s);", "@openfn/language-common@3.2.3", null);

    public static readonly Trigger Webhook =
        new(Id(50), TriggerType.Webhook, true, "intake-1", WebhookReply.AfterCompletion, null);

    public static readonly Edge First = new(
        Id(53), Webhook.Id, null, Load.Id, EdgeCondition.JsExpression, "state.data.age > 18", "adults", true);

    public static readonly Edge Second = new(Id(54), null, Load.Id, Store.Id, EdgeCondition.OnJobSuccess, null, null, true);

    public static readonly Workflow Full = new(
        Id(55), "Intake", Webhook, [Load, Store], [First, Second], 5, true, "export const x = 1;", LossPolicy.Resume);

    public static readonly Workflow Cron = new(
        Id(56),
        "Nightly",
        new Trigger(Id(57), TriggerType.Cron, false, null, WebhookReply.BeforeStart, "0 2 * * mon-fri"),
        [Store],
        [new Edge(Id(58), Id(57), null, Store.Id, EdgeCondition.Always, null, null, true)],
        null,
        false,
        null,
        LossPolicy.Lost);

    /// <summary>A webhook for known callers that is answered with the result.</summary>
    public static readonly Workflow Guarded = Full with
    {
        Trigger = Webhook with { AuthMethods = [Id(70), Id(71)], ResponseCodes = new ResponseCodes(200, 422) },
    };

    /// <summary>A schedule with everything that one can have.</summary>
    public static readonly Workflow Scheduled = Cron with
    {
        Trigger = Cron.Trigger! with
        {
            Enabled = true,
            TimeZone = "Africa/Nairobi",
            CatchUp = CatchUp.All,
            CursorJobId = Store.Id,
        },
    };

    /// <summary>A webhook whose runs belong to an environment.</summary>
    public static readonly Workflow Staged = Full with { Trigger = Webhook with { Environment = "staging" } };

    /// <summary>The faults as <c>path: rule</c>.</summary>
    public static string[] FaultsOf(Workflow workflow) =>
        [.. WorkflowRules.Check(workflow, Facts).Select(fault => $"{fault.Field}: {fault.Rule}")];

    public static FieldFault FaultOf(Workflow workflow) => Assert.Single(WorkflowRules.Check(workflow, Facts));

    public static Workflow WithJob(Job job) => Full with { Jobs = [Load, job] };

    public static Workflow WithEdge(Edge edge) => Full with { Edges = [First, edge] };

    public static Workflow WithTrigger(Trigger trigger) => Full with { Trigger = trigger };
}
