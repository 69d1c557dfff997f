namespace EndToEnd.Kit;

/// <summary>Workflow documents as a person would write them.</summary>
internal static class Workflows
{
    /// <param name="reply"><c>after_completion</c> for a webhook that waits for its run.</param>
    public static object OneStep(
        string name, string body, string adaptor = Repository.Common, Guid? credential = null, string reply = "before_start") =>
        new
        {
            name,
            trigger = new { type = "webhook", enabled = true, reply },
            jobs = new[] { new { name = "only", adaptor, body, credentialId = credential } },
            edges = new[] { new { from = "trigger", to = "only" } },
        };

    /// <summary>A workflow that the clock starts.</summary>
    public static object Scheduled(string name, string cronExpression, string body = "fn(state => state)") =>
        new
        {
            name,
            trigger = new { type = "cron", enabled = true, cronExpression },
            jobs = new[] { new { name = "only", adaptor = Repository.Common, body } },
            edges = new[] { new { from = "trigger", to = "only" } },
        };

    /// <param name="edges">Each: from, to, condition, expression.</param>
    public static object Of(
        string name,
        (string Name, string Body)[] jobs,
        params (string From, string To, string Condition, string? Expression)[] edges) =>
        new
        {
            name,
            trigger = new { type = "webhook", enabled = true },
            jobs = jobs.Select(job => new { name = job.Name, adaptor = Repository.Common, body = job.Body }),
            edges = edges.Select(edge =>
                new { from = edge.From, to = edge.To, condition = edge.Condition, expression = edge.Expression }),
        };

    /// <summary>A job that never ends by itself.</summary>
    public const string EndlessBody =
        "fn(async state => { console.log('begun'); await new Promise(() => setInterval(() => {}, 1000)); return state; })";
}
