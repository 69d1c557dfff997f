namespace Actors.Audit;

/// <summary>As what somebody acts.</summary>
public enum ActorKind
{
    /// <summary>The cluster itself: schedules, retries of lost runs, bulk operations under way.</summary>
    System,

    /// <summary>A signed-in person in a project or on their own account.</summary>
    User,

    /// <summary>A super user on something that only super users may touch.</summary>
    SuperUser,

    /// <summary>Nobody knows who.</summary>
    Anonymous,

    /// <summary>A caller of a webhook.</summary>
    Webhook,

    /// <summary>A worker that executes a run.</summary>
    Worker,

    /// <summary>The origin was written by a version that this one does not understand.</summary>
    Unknown,
}

public enum AuditOutcome
{
    Done,

    /// <summary>A rule said no.</summary>
    Refused,

    /// <summary>It was allowed and did not succeed.</summary>
    Failed,
}

/// <summary>Who did something. Opaque: names and addresses of people stand elsewhere, where they can be erased (X6).</summary>
/// <param name="Id">Of the user; null unless it is one.</param>
/// <param name="Via">How they proved it: <c>session</c>, <c>api_token</c>, <c>open_id</c>; null where nobody was asked.</param>
/// <param name="TokenId">Of the session or API token.</param>
/// <param name="Address">Where from, as a truncated network and a keyed tag; never the whole address.</param>
/// <param name="RequestId">Of the request, as in its answer's problem and the node's log.</param>
public sealed record AuditActor(
    ActorKind Kind, Guid? Id = null, string? Via = null, Guid? TokenId = null, string? Address = null, string? RequestId = null)
{
    public static AuditActor System { get; } = new(ActorKind.System);
}

/// <summary>What happened: all of an entry but who, when and its id.</summary>
/// <param name="Action">A closed word <c>area.thing_done</c>.</param>
public sealed record AuditFact(string Action)
{
    /// <summary>Longest <see cref="Details"/> in characters.</summary>
    public const int MaxDetails = 8_192;

    public AuditOutcome Outcome { get; init; }

    /// <summary>The project that it concerns: its owner and admins may read the entry.</summary>
    public Guid? ProjectId { get; init; }

    /// <summary>A word for what <see cref="ItemId"/> names.</summary>
    public string? ItemType { get; init; }

    public Guid? ItemId { get; init; }

    /// <summary>A JSON object: what changed, before and after. Never a secret, never a person's name.</summary>
    public string? Details { get; init; }
}

/// <summary>One entry of the audit trail. Written once, never changed.</summary>
/// <param name="At">In whole microseconds.</param>
public sealed record AuditEntry(Guid Id, DateTimeOffset At, AuditActor Actor, AuditFact Fact);
