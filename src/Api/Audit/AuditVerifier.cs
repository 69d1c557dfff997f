using System.Collections.Immutable;
using Actors.Audit;
using Api.ReadModels;

namespace Api.Audit;

/// <summary>A point of the chain that an auditor has kept elsewhere.</summary>
/// <param name="Head">The chain's hash there.</param>
internal sealed record KnownPoint(long Position, string Head);

/// <param name="Ok">Nothing is wrong in what was checked.</param>
/// <param name="Checked">Links that were looked at.</param>
/// <param name="To">The last position that was looked at.</param>
/// <param name="Complete">That is the end of the chain, and what does not stand in the chain was looked at too; else go on with
/// <c>fromPosition</c> one behind.</param>
/// <param name="Head">The chain's hash at <paramref name="To"/>; null if it cannot be believed.</param>
/// <param name="Problems">At most 100 of each part: links, entries beside the chain, checkpoints.</param>
internal sealed record AuditReport(
    bool Ok, long Checked, long From, long To, bool Complete, string? Head, ImmutableArray<AuditProblem> Problems);

/// <summary>Looks for rows of the trail that were changed, removed, inserted or reordered, in pages of bounded size.</summary>
internal sealed class AuditVerifier(AuditChain chain, ChainQueries queries, AuditKeys keys)
{
    private const int PageSize = 1_000;

    /// <param name="from">The first position.</param>
    /// <param name="limit">Links at most.</param>
    public async Task<AuditReport> VerifyAsync(long from, int limit, KnownPoint? known, CancellationToken cancellationToken)
    {
        // What the chain's owner says first is the least that must be there.
        var end = await chain.LookAsync(cancellationToken);
        var upTo = Math.Min(end.Position, from + limit - 1);
        var check = await BeginAsync(from, cancellationToken);
        while (check.Position < upTo && !check.IsFull && await PageAsync(check, upTo, cancellationToken))
        {
        }

        var (to, complete) = check.IsFull && check.Position < upTo ? (check.Position, false) : (upTo, upTo == end.Position);
        var head = check.Head;
        check.End(to, complete ? end.Head : null);
        var problems = check.Problems;
        problems.AddRange(await CheckpointsAsync(from, to, complete, end, cancellationToken));
        if (complete) problems.AddRange(await BesideAsync(cancellationToken));
        if (known is not null && await CompareAsync(known, cancellationToken) is { } differs) problems.Add(differs);
        return new AuditReport(problems.Count == 0, Math.Max(0, to - from + 1), from, to, complete, head, [.. problems]);
    }

    private async Task<ChainCheck> BeginAsync(long from, CancellationToken cancellationToken)
    {
        if (from == 1) return new ChainCheck(keys, 0, ChainState.Origin);
        var before = await queries.LinksAsync(from - 2, from - 1, 1, cancellationToken);
        return new ChainCheck(keys, from - 1, before.Count == 1 ? before[0].Hash : null);
    }

    private async Task<bool> PageAsync(ChainCheck check, long upTo, CancellationToken cancellationToken)
    {
        var links = await queries.LinksAsync(check.Position, upTo, PageSize, cancellationToken);
        if (links.Count == 0) return false;
        var entries = (await queries.ChainedAsync(check.Position, links[^1].Position, cancellationToken))
            .ToLookup(static row => row.Position);
        foreach (var link in links) check.Add(link, entries[link.Position].FirstOrDefault());
        return true;
    }

    private async Task<List<AuditProblem>> CheckpointsAsync(
        long from, long to, bool complete, ChainState end, CancellationToken cancellationToken)
    {
        var check = new CheckpointCheck(keys, from == 1 ? 0 : null);
        var after = 0L;
        while (await queries.CheckpointsAsync(after, from, to, end.Checkpoints, PageSize, cancellationToken) is { Count: > 0 } page)
        {
            foreach (var row in page) check.Add(row, row.ChainHash);
            after = page[^1].Number;
        }

        if (complete) check.End(end.Checkpoints);
        return check.Problems;
    }

    /// <summary>What is not in the chain, and what stands behind its end.</summary>
    private async Task<List<AuditProblem>> BesideAsync(CancellationToken cancellationToken)
    {
        var problems = new List<AuditProblem>();
        foreach (var row in await queries.StrayAsync(ChainCheck.MostProblems, cancellationToken))
        {
            var isOwn = row.Entry is { } entry && keys.IsEntryMac(AuditDigest.Of(entry), row.Mac);
            problems.Add(isOwn
                ? new AuditProblem(AuditProblemKind.Removed, null, row.Id, "The entry's link is not there")
                : new AuditProblem(AuditProblemKind.Inserted, null, row.Id, "The entry was not written by the cluster"));
        }

        // The owner is asked again: links that came meanwhile are in order.
        var behind = await queries.LastAsync(ChainCheck.MostProblems, cancellationToken);
        var end = await chain.LookAsync(cancellationToken);
        problems.AddRange(behind.Where(link => link.Position > end.Position).Select(static link =>
            new AuditProblem(AuditProblemKind.Inserted, link.Position, link.EntryId, "The link stands behind the end of the chain")));
        return problems;
    }

    private async Task<AuditProblem?> CompareAsync(KnownPoint known, CancellationToken cancellationToken)
    {
        var link = await queries.LinksAsync(known.Position - 1, known.Position, 1, cancellationToken);
        return link.Count == 0
            ? new AuditProblem(AuditProblemKind.Truncated, known.Position, null, "The chain does not reach the point that you know")
            : link[0].Hash == known.Head.ToLowerInvariant()
                ? null
                : new AuditProblem(AuditProblemKind.Changed, known.Position, link[0].EntryId, "The chain is another one than the one you know");
    }
}
