using Cluster.Journal;

namespace Api.ReadModels;

internal sealed class ErasureRow
{
    public Guid Id { get; init; }
    public int Shard { get; init; }
    public Guid ProjectId { get; init; }
    public string Status { get; init; } = "";
    public long Searched { get; init; }
    public long Unreadable { get; init; }
    public long? ErasedDataclips { get; init; }
    public long? ErasedLogLines { get; init; }
    public long? ErasedRuns { get; init; }
    public long? LeftRuns { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? ReadyAt { get; init; }
    public DateTimeOffset? FinishedAt { get; init; }
}

/// <summary>Something that has one of the texts.</summary>
internal sealed class ErasureMatchRow
{
    /// <summary><c>dataclip</c>, <c>log_line</c> or <c>run</c>: an error message of it or one of its steps.</summary>
    public string Kind { get; init; } = "";

    /// <summary>Of the dataclip, or of the run.</summary>
    public Guid ItemId { get; init; }

    /// <summary>Of the log line; 0 for all else.</summary>
    public long Attempt { get; init; }
    public long Number { get; init; }

    /// <summary><c>erased</c> or <c>left</c>; null before.</summary>
    public string? Outcome { get; init; }
}

internal sealed class ErasureCountRow
{
    public string Kind { get; init; } = "";
    public string? Outcome { get; init; }
    public long Matches { get; init; }
}

internal sealed class ErasureQueries(IReadStore store)
{
    private const string Columns = """
        select id, shard, project_id, status, searched, unreadable, erased_dataclips, erased_log_lines, erased_runs, left_runs,
               created_at, ready_at, finished_at
        from erasures
        """;

    public Task<ErasureRow?> FindAsync(Guid projectId, Guid id, CancellationToken cancellationToken) =>
        store.FindAsync<ErasureRow>($"{Columns} where id = @id and project_id = @projectId", new { projectId, id }, cancellationToken);

    /// <summary>Those that are not over, of all projects: a few.</summary>
    public Task<List<ErasureRow>> OpenAsync(CancellationToken cancellationToken) =>
        store.ListAsync<ErasureRow>($"{Columns} where status in ('searching', 'ready', 'erasing') order by created_at, id limit 10000", null, cancellationToken);

    public async Task<long> CountOpenAsync(Guid projectId, CancellationToken cancellationToken) =>
        await store.FindAsync<long>(
            "select count(*) from erasures where status in ('searching', 'ready', 'erasing') and project_id = @projectId", new { projectId }, cancellationToken);

    /// <param name="after">The last one of the page before; null for the first page.</param>
    /// <param name="openOnly">Only those of which nothing came yet.</param>
    public Task<List<ErasureMatchRow>> MatchesAsync(
        Guid erasureId, ErasureMatchRow? after, bool openOnly, int limit, CancellationToken cancellationToken) =>
        store.ListAsync<ErasureMatchRow>(
            $"""
            select kind, item_id, attempt, number, outcome from erasure_matches
            where erasure_id = @erasureId {(openOnly ? "and outcome is null" : "")}
            {(after is null ? "" : "and (kind, item_id, attempt, number) > (@Kind, @ItemId, @Attempt, @Number)")}
            order by kind, item_id, attempt, number limit @limit
            """,
            new { erasureId, after?.Kind, ItemId = after?.ItemId ?? default, after?.Attempt, after?.Number, limit },
            cancellationToken);

    public Task<List<ErasureCountRow>> CountsAsync(Guid erasureId, CancellationToken cancellationToken) =>
        store.ListAsync<ErasureCountRow>(
            "select kind, outcome, count(*) as matches from erasure_matches where erasure_id = @erasureId group by kind, outcome",
            new { erasureId },
            cancellationToken);
}
