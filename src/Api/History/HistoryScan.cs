using Api.Json;
using Api.ReadModels;

namespace Api.History;

/// <summary>Reads a page of candidates: those behind a cursor, newest first, at most so many.</summary>
internal delegate Task<List<TRow>> CandidatePage<TRow>(TimeCursor? after, int limit);

/// <summary>What a scan found.</summary>
/// <param name="Next">Where to go on; null when everything was looked through.</param>
internal sealed record Scanned<TRow>(List<TRow> Found, TimeCursor? Next);

/// <summary>
/// Looks through a history for a text, however long it is: candidates come in small pages, newest first, until enough were
/// found or the time is up. The caller gets what was found and where to go on, so no request reads more than a bounded part.
/// </summary>
internal sealed class HistoryScan(TimeProvider time)
{
    public const int MaxCandidates = 20_000;
    private const int SmallestPage = 10;
    private const int LargestPage = 400;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan QuickPage = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan SlowPage = TimeSpan.FromMilliseconds(500);

    public async Task<Scanned<TRow>> RunAsync<TRow>(
        TimeCursor? after, int wanted, CandidatePage<TRow> read, Func<TRow, bool> matches, Func<TRow, TimeCursor> cursor)
    {
        var (begun, size, seen) = (time.GetTimestamp(), SmallestPage, 0);
        var found = new List<TRow>();
        while (true)
        {
            var pageBegun = time.GetTimestamp();
            var page = await read(after, size);
            foreach (var row in page)
            {
                after = cursor(row);
                if (!matches(row)) continue;
                found.Add(row);
                if (found.Count == wanted) return new Scanned<TRow>(found, after);
            }

            seen += page.Count;
            if (page.Count < size) return new Scanned<TRow>(found, null);
            if (seen >= MaxCandidates || time.GetElapsedTime(begun) >= Patience) return new Scanned<TRow>(found, after);
            size = NextSize(size, time.GetElapsedTime(pageBegun));
        }
    }

    /// <summary>Candidates differ in what they weigh; a page is to take neither an instant nor long.</summary>
    private static int NextSize(int size, TimeSpan took) =>
        took < QuickPage ? Math.Min(LargestPage, size * 2)
        : took > SlowPage ? Math.Max(1, size / 2)
        : size;
}

/// <summary>Pages of work orders and runs, with and without a text that is looked for.</summary>
internal sealed class HistoryLists(WorkOrderQueries orders, RunQueries runs, HistoryScan scan)
{
    public Task<Scanned<WorkOrderRow>> OrdersAsync(
        Guid projectId, HistoryFilter filter, TextSearch search, TimeCursor? after, int wanted, CancellationToken cancellationToken) =>
        scan.RunAsync(
            after,
            wanted,
            (from, limit) => orders.SearchAsync(projectId, filter, search, from, limit, cancellationToken),
            row => row.Matches || search.HasId(row.Id),
            static row => new TimeCursor(row.CreatedAt, row.Id));

    public Task<Scanned<RunRow>> RunsAsync(
        Guid projectId, HistoryFilter filter, TextSearch search, TimeCursor? after, int wanted, CancellationToken cancellationToken) =>
        scan.RunAsync(
            after,
            wanted,
            (from, limit) => runs.SearchAsync(projectId, filter, search, from, limit, cancellationToken),
            row => row.Matches || search.HasId(row.Id),
            static row => new TimeCursor(row.CreatedAt, row.Id));

    /// <summary>A page of the API. Its cursor leads on also when nothing was found in the time there was.</summary>
    public static Page<TView> Page<TRow, TView>(Scanned<TRow> scanned, Func<TRow, TView> view) =>
        new([.. scanned.Found.Select(view)], scanned.Next?.ToString()) { SearchedTo = scanned.Next?.At };
}
