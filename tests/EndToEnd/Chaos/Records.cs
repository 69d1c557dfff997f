using System.Text.Json;

namespace EndToEnd.Chaos;

/// <summary>What a client knows of a call once it is over.</summary>
internal enum Heard
{
    /// <summary>It was done.</summary>
    Done,

    /// <summary>It was surely not done.</summary>
    Refused,

    /// <summary>Nobody can tell: no answer, or one that says so.</summary>
    Unknown,
}

/// <summary>One work order as its client saw it. Times are of one monotonic clock.</summary>
/// <param name="Marker">In the input, and in no other.</param>
internal sealed record OrderCall(string Marker, Heard Heard, Guid? WorkOrder, Guid? Run, long Began, long Ended);

/// <summary>One look at a run by one client, whose looks are in order.</summary>
internal sealed record Sighting(Guid Run, string State, int Attempt);

/// <summary>A read of a project, or an update of it under If-Match, as its client saw it.</summary>
/// <param name="Version">Seen by a read; expected by an update.</param>
/// <param name="Value">Read, or written; each update writes a value of its own. Empty: as it was created.</param>
/// <param name="IsMismatch">The update was refused because the version was another.</param>
internal sealed record RegisterCall(
    Guid Project, bool IsUpdate, long Version, string Value, Heard Heard, bool IsMismatch, long Began, long Ended);

/// <summary>A row of the journal.</summary>
internal sealed record JournalRow(string Type, Guid Entity, long SequenceNr, int Shard, string Manifest, JsonElement Payload)
{
    /// <summary>It came when the database noted already who adds to the journal.</summary>
    public bool IsWatched { get; init; } = true;
}

/// <summary>What the database itself noted when a row was added to the journal.</summary>
/// <param name="Owner">Of the shard, at that moment; empty for nobody.</param>
/// <param name="Writer">The node whose session wrote it; empty if the session was no node's.</param>
internal sealed record AuditRow(string Type, Guid Entity, long SequenceNr, int Shard, long Term, Guid Owner, Guid Writer);

/// <summary>A run as the tables for reading show it.</summary>
/// <param name="Marker">Of its input; null if there is no such input.</param>
internal sealed record RunRow(Guid Id, Guid WorkOrder, bool HasWorkOrder, string Status, int Attempt, string? Marker);
