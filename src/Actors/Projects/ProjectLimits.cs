namespace Actors.Projects;

/// <summary>Bounds that a project sets for itself. Each is optional: without it the node's setting holds, or there is none.</summary>
public sealed record ProjectLimits
{
    public const int MostWebhooksPerSecond = 100_000;

    public static ProjectLimits None { get; } = new();

    /// <summary>Webhook requests that each node takes for the project per second, 1 to 100,000; bursts may be as large.</summary>
    public int? WebhooksPerSecond { get; init; }

    /// <summary>From so many waiting runs on, new webhook orders are stored as rejected, without a run; 1 or more.</summary>
    public int? SoftWaitingRuns { get; init; }

    /// <summary>From so many waiting runs on, webhooks are refused and nothing is stored; at least the soft bound.</summary>
    public int? HardWaitingRuns { get; init; }

    internal void Check(Faults faults)
    {
        faults.AddUnless(
            WebhooksPerSecond is null or (>= 1 and <= MostWebhooksPerSecond),
            "limits.webhooksPerSecond",
            "must be 1 to 100,000, or absent for no limit");
        faults.AddUnless(
            SoftWaitingRuns is null or >= 1, "limits.softWaitingRuns", "must be at least 1, or absent for no limit");
        faults.AddUnless(
            HardWaitingRuns is null || HardWaitingRuns >= (SoftWaitingRuns ?? 1),
            "limits.hardWaitingRuns",
            "must be at least 1 and at least softWaitingRuns, or absent for no limit");
    }
}
