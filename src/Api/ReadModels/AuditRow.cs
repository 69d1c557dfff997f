using Actors.Audit;

namespace Api.ReadModels;

/// <summary>A stored entry; of a row that was changed by hand it may hold anything.</summary>
internal class AuditRow
{
    public Guid Id { get; init; }
    public DateTimeOffset At { get; init; }
    public string ActorKind { get; init; } = "";
    public Guid? ActorId { get; init; }
    public string? Via { get; init; }
    public Guid? TokenId { get; init; }
    public string? Address { get; init; }
    public string? RequestId { get; init; }
    public string Action { get; init; } = "";
    public string Outcome { get; init; } = "";
    public Guid? ProjectId { get; init; }
    public string? ItemType { get; init; }
    public Guid? ItemId { get; init; }

    /// <summary>JSON.</summary>
    public string? Details { get; init; }

    public string Mac { get; init; } = "";

    /// <summary>Null if it is not in the chain.</summary>
    public long? Position { get; init; }

    public string? Hash { get; init; }
    public string? Verdict { get; init; }

    /// <summary>Null if a word is none that this version knows.</summary>
    public AuditEntry? Entry => Words.Known<ActorKind>(ActorKind) && Words.Known<AuditOutcome>(Outcome)
        ? new AuditEntry(
            Id,
            At,
            new AuditActor(Words.Parse<ActorKind>(ActorKind), ActorId, Via, TokenId, Address, RequestId),
            new AuditFact(Action)
            {
                Outcome = Words.Parse<AuditOutcome>(Outcome),
                ProjectId = ProjectId,
                ItemType = ItemType,
                ItemId = ItemId,
                Details = Details,
            })
        : null;
}

/// <summary>An entry that waits to be chained. If there is no such entry, all but the first two are as if not set.</summary>
internal sealed class PendingRow : AuditRow
{
    public DateTimeOffset PendingAt { get; init; }
    public Guid EntryId { get; init; }

    /// <summary>Where it is in the chain although it waits.</summary>
    public long? ChainedAt { get; init; }

    public bool IsThere => Id == EntryId;
}

internal sealed class LinkRow
{
    public long Position { get; init; }
    public Guid EntryId { get; init; }
    public string Verdict { get; init; } = "";
    public string Hash { get; init; } = "";
    public string Mac { get; init; } = "";
}

internal sealed class CheckpointRow
{
    public long Number { get; init; }
    public long Position { get; init; }
    public string Head { get; init; } = "";
    public DateTimeOffset At { get; init; }
    public string KeyId { get; init; } = "";
    public string Signature { get; init; } = "";

    /// <summary>Of the link at its position, where it was asked for.</summary>
    public string? ChainHash { get; init; }
}
