using Actors.Audit;
using Api.ReadModels;

namespace Api.Audit;

/// <summary>What is wrong with a row of the trail.</summary>
internal enum AuditProblemKind
{
    /// <summary>An entry or link is not what was written.</summary>
    Changed,

    /// <summary>An entry or link is gone.</summary>
    Removed,

    /// <summary>An entry or link that the cluster did not write.</summary>
    Inserted,

    /// <summary>A link stands at another's place.</summary>
    Reordered,

    /// <summary>The chain ends before its end.</summary>
    Truncated,

    /// <summary>An entry was not the cluster's own when it was chained.</summary>
    Forged,

    /// <summary>A checkpoint is gone, or does not fit chain or signature.</summary>
    Checkpoint,
}

/// <param name="Count">Rows in a run of removed ones; the position is the first.</param>
internal sealed record AuditProblem(AuditProblemKind Kind, long? Position, Guid? EntryId, string Detail, long? Count = null);

/// <summary>
/// Follows a stretch of the chain link by link. A link is authentic by its own code, an entry by its own, and the hashes tie both to
/// their order: so each fault is named once, and what stands behind it is still checked.
/// </summary>
/// <param name="position">The link before the stretch.</param>
/// <param name="head">Its hash; null if it is not known.</param>
internal sealed class ChainCheck(AuditKeys keys, long position, string? head)
{
    /// <summary>What is told at most; more than that is one story.</summary>
    public const int MostProblems = 100;
    private const int MostSuspects = 200;
    private readonly List<LinkRow> _suspects = [];
    private readonly List<long> _gaps = [];

    public List<AuditProblem> Problems { get; } = [];

    /// <summary>The last link that was seen.</summary>
    public long Position { get; private set; } = position;

    /// <summary>Its hash; null if it cannot be believed.</summary>
    public string? Head { get; private set; } = head;

    public bool IsFull => Problems.Count + _suspects.Count >= MostProblems;

    public void Add(LinkRow link, AuditRow? entry)
    {
        if (link.Position > Position + 1) AddGap(Position + 1, link.Position - 1, AuditProblemKind.Removed, "The link is not there");
        Position = link.Position;
        if (!IsAuthentic(link, link.Position, link.EntryId))
        {
            if (_suspects.Count < MostSuspects) _suspects.Add(link);
            Head = null;
            return;
        }

        CheckEntry(link, entry);
        Head = link.Hash;
    }

    /// <summary>The stretch is over.</summary>
    /// <param name="end">Where it should have ended.</param>
    /// <param name="endHead">The hash that it should have ended with; null if only its length is known.</param>
    public void End(long end, string? endHead)
    {
        if (Position < end) AddGap(Position + 1, end, AuditProblemKind.Truncated, "The chain ends before");
        else if (endHead is not null && Head is not null && Head != endHead)
            Add(AuditProblemKind.Changed, end, null, "The chain ends with another hash than its owner knows");
        foreach (var link in _suspects) Add(KindOf(link), link.Position, link.EntryId, "The link is not what was written here");
        _suspects.Clear();
    }

    private void CheckEntry(LinkRow link, AuditRow? row)
    {
        var verdict = Words.Parse<LinkVerdict>(link.Verdict);
        var entry = row?.Entry;
        var digest = verdict == LinkVerdict.Missing || entry is null ? AuditDigest.OfMissing(link.EntryId) : AuditDigest.Of(entry);
        if (verdict == LinkVerdict.Missing) Add(AuditProblemKind.Removed, link, "The entry was gone before it was chained");
        else if (verdict == LinkVerdict.Forged) Add(AuditProblemKind.Forged, link, "The entry was not the cluster's own when it was chained");
        else if (row is null) Add(AuditProblemKind.Removed, link, "The entry is not there");
        else if (entry is null || !keys.IsEntryMac(digest, row.Mac)) Add(AuditProblemKind.Changed, link, "The entry is not what was written");
        else if (Head is not null && ChainHash.Next(Head, link.Position, digest) != link.Hash)
            Add(AuditProblemKind.Changed, link, "The link does not follow from the one before");
    }

    private AuditProblemKind KindOf(LinkRow link)
    {
        var isElsewhere = _gaps.Any(gap => IsAuthentic(link, gap, link.EntryId)) || _suspects.Any(other => other.Position != link.Position
            && (IsAuthentic(link, other.Position, link.EntryId) || IsAuthentic(link, link.Position, other.EntryId)));
        return isElsewhere ? AuditProblemKind.Reordered : AuditProblemKind.Changed;
    }

    private bool IsAuthentic(LinkRow link, long at, Guid entryId) =>
        Words.Known<LinkVerdict>(link.Verdict)
        && keys.IsLinkMac(ChainHash.LinkText(at, entryId, Words.Parse<LinkVerdict>(link.Verdict), link.Hash), link.Mac);

    private void AddGap(long first, long last, AuditProblemKind kind, string detail)
    {
        for (var at = first; at <= last && _gaps.Count < MostSuspects; at++) _gaps.Add(at);
        if (Problems.Count < MostProblems) Problems.Add(new AuditProblem(kind, first, null, detail, last - first + 1));
        Head = null;
    }

    private void Add(AuditProblemKind kind, LinkRow link, string detail) => Add(kind, link.Position, link.EntryId, detail);

    private void Add(AuditProblemKind kind, long position, Guid? entryId, string detail)
    {
        if (Problems.Count < MostProblems) Problems.Add(new AuditProblem(kind, position, entryId, detail));
    }
}
