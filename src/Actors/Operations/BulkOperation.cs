using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Actors.Projects;

namespace Actors.Operations;

public enum OperationKind
{
    Retry,
    Cancel,
}

public enum OperationStatus
{
    /// <summary>Never started.</summary>
    Absent,
    Running,

    /// <summary>Everything was found and tried.</summary>
    Done,

    /// <summary>Ended by a person; what was done stays done.</summary>
    Stopped,
}

/// <summary>What an operation goes through.</summary>
public enum OperationTarget
{
    /// <summary>Work orders: their newest run is meant.</summary>
    WorkOrders,
    Runs,
}

/// <summary>Where retries start.</summary>
public enum RetryFrom
{
    /// <summary>Where the run started.</summary>
    Start,

    /// <summary>The last step that did not succeed; the start where there is none.</summary>
    FailedStep,
}

/// <summary>What an operation does, fixed when it starts.</summary>
/// <param name="Ids">What it goes through, in this order, unless there is a filter. At most <see cref="MaxIds"/>.</param>
public sealed record OperationPlan(
    Guid ProjectId, OperationKind Kind, RetryFrom From, OperationTarget Target, OperationFilter? Filter, ImmutableArray<Guid> Ids)
{
    public const int MaxIds = 1_000;

    /// <summary>Of who asked for it: runs of others are left alone; null for all.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public EnvironmentSet? Environments { get; init; }
}

/// <summary>Work orders or runs of the project, newest first. All parts are combined with "and".</summary>
/// <param name="To">Created before: what comes while the operation runs is not part of it.</param>
/// <param name="SearchIn">Words for where <paramref name="Search"/> is looked for; empty for everywhere.</param>
public sealed record OperationFilter(
    ImmutableArray<string> States,
    Guid? WorkflowId,
    Guid? TriggerId,
    DateTimeOffset? From,
    DateTimeOffset To,
    string? Search,
    ImmutableArray<string> SearchIn)
{
    /// <summary>Null for all.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public EnvironmentSet? Environments { get; init; }
}

/// <summary>Why one item was left as it is.</summary>
/// <param name="Code">As the request for this item alone would be answered with.</param>
public sealed record ItemRefusal(Guid Id, string Code, string? Detail);

/// <param name="Page">Number of the newest page that was taken; 0 before the first. Results of another are refused.</param>
/// <param name="Items">The page's items whose results are not known yet.</param>
/// <param name="Next">Where the page after this one begins; null behind the last, and before the first.</param>
/// <param name="Found">Items of all pages taken.</param>
/// <param name="Refused">Items left as they are, because of a rule.</param>
/// <param name="Failed">Items left as they are, because the cluster could not do it in time.</param>
/// <param name="Refusals">The first of them, at most <see cref="MaxRefusals"/>.</param>
public sealed record OperationState(
    OperationStatus Status,
    OperationPlan? Plan,
    int Page,
    ImmutableArray<Guid> Items,
    string? Next,
    long Found,
    long Done,
    long Refused,
    long Failed,
    ImmutableArray<ItemRefusal> Refusals,
    DateTimeOffset StartedAt,
    DateTimeOffset UpdatedAt,
    DateTimeOffset? FinishedAt)
{
    public const int MaxRefusals = 100;
    public const int PageSize = 100;

    public static OperationState Absent { get; } = new(
        OperationStatus.Absent, null, 0, [], null, 0, 0, 0, 0, [], default, default, null);

    /// <summary>The operation's own id; empty before it is started.</summary>
    public Guid Id { get; init; }
}
