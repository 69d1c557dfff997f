using System.Globalization;
using Actors.Erasures;
using Api.ReadModels;
using Cluster.Journal;

namespace Api.Erasures;

/// <summary>What a page of the search came to.</summary>
/// <param name="Cursor">Where the next one begins; null when all was looked through.</param>
internal sealed record SearchedPage(string? Cursor, int Searched, int Unreadable);

/// <summary>
/// Looks a page further for what an erasure is about: first through all dataclips, then through the runs with their error messages and log
/// lines. What matches is written down before the page counts as done, and may be written down twice. What was made after the erasure
/// began is left out.
/// </summary>
internal sealed class ErasureSearch(IReadStore store, SealedReads reads, ErasureMatches matches)
{
    private const int Clips = 1_000;
    private const int Runs = 20;

    /// <summary>Bytes of bodies after which a page ends.</summary>
    private const long Most = 32 << 20;

    public Task<SearchedPage> PageAsync(Guid erasureId, ErasureState state, CancellationToken cancellationToken)
    {
        var found = new Findings(new SubjectTexts(state.Texts), reads, matches.Of(erasureId));
        return state.Cursor?[0] switch
        {
            null => ClipsAsync(state, Guid.Empty, found, cancellationToken),
            'c' => ClipsAsync(state, Guid.ParseExact(state.Cursor.AsSpan(1), "N"), found, cancellationToken),
            _ => RunsAsync(state, state.Cursor.Length > 1 ? Read(state.Cursor) : null, found, cancellationToken),
        };
    }

    private async Task<SearchedPage> ClipsAsync(ErasureState state, Guid after, Findings found, CancellationToken cancellationToken)
    {
        var page = await store.ListAsync<ClipRow>(
            "select id, project_id, size, created_at from dataclips where id > @after order by id limit @Clips", new { after, Clips }, cancellationToken);
        var (bytes, seen) = (0L, 0);
        foreach (var clip in page)
        {
            seen++;
            after = clip.Id;
            if (clip.ProjectId != state.ProjectId || clip.CreatedAt > state.StartedAt) continue;
            if (await store.FindAsync<BodyRow>(
                "select body, request from dataclips where id = @Id and wiped_at is null", new { clip.Id }, cancellationToken) is not { } row) continue;
            var hasBody = await found.AreInAsync(Tables.Dataclips, "body", [clip.Id], row.Body, cancellationToken);
            if (hasBody || await found.AreInAsync(Tables.Dataclips, "request", [clip.Id], row.Request, cancellationToken))
                await found.AddAsync("dataclip", clip.Id, 0, 0, cancellationToken);
            bytes += clip.Size;
            if (bytes >= Most) break;
        }

        await found.FlushAsync(cancellationToken);
        return new SearchedPage(seen == page.Count && page.Count < Clips ? "r" : $"c{after:N}", found.Searched, found.Unreadable);
    }

    private async Task<SearchedPage> RunsAsync(ErasureState state, TimeCursor? after, Findings found, CancellationToken cancellationToken)
    {
        var page = await store.ListAsync<RunMessageRow>(
            $"""
            select id, created_at, error_message from runs where project_id = @ProjectId and created_at <= @StartedAt
            {(after is null ? "" : "and (created_at, id) > (@At, @Id)")} order by created_at, id limit @Runs
            """,
            new { state.ProjectId, state.StartedAt, At = after?.At ?? default, Id = after?.Id ?? default, Runs },
            cancellationToken);
        foreach (var run in page)
        {
            if (await MessagesAsync(run, found, cancellationToken)) await found.AddAsync("run", run.Id, 0, 0, cancellationToken);
            await LinesAsync(run.Id, found, cancellationToken);
        }

        await found.FlushAsync(cancellationToken);
        return new SearchedPage(page.Count < Runs ? null : Write(page[^1]), found.Searched, found.Unreadable);
    }

    private async Task<bool> MessagesAsync(RunMessageRow run, Findings found, CancellationToken cancellationToken)
    {
        var has = await found.AreInAsync(Tables.Runs, "error_message", [run.Id], run.ErrorMessage, cancellationToken);
        foreach (var step in await store.ListAsync<StepMessageRow>(
            "select step_id, error_message from steps where run_id = @Id and error_message is not null", new { run.Id }, cancellationToken))
        {
            has |= await found.AreInAsync(Tables.Steps, "error_message", [run.Id, step.StepId], step.ErrorMessage, cancellationToken);
        }

        return has;
    }

    private async Task LinesAsync(Guid runId, Findings found, CancellationToken cancellationToken)
    {
        const int page = 1_000;
        var (attempt, number) = (-1L, -1L);
        while (true)
        {
            var lines = await store.ListAsync<LineRow>(
                """
                select attempt, number, message from log_lines where run_id = @runId and (attempt, number) > (@attempt, @number)
                order by attempt, number limit @page
                """,
                new { runId, attempt, number, page },
                cancellationToken);
            foreach (var line in lines)
            {
                if (await found.AreInAsync(Tables.LogLines, "message", [runId, line.Attempt, line.Number], line.Message, cancellationToken))
                    await found.AddAsync("log_line", runId, line.Attempt, line.Number, cancellationToken);
            }

            if (lines.Count < page) return;
            (attempt, number) = (lines[^1].Attempt, lines[^1].Number);
        }
    }

    private static string Write(RunMessageRow last) => string.Create(CultureInfo.InvariantCulture, $"r{last.CreatedAt.UtcTicks}:{last.Id:N}");

    private static TimeCursor Read(string cursor)
    {
        var colon = cursor.IndexOf(':', StringComparison.Ordinal);
        var ticks = long.Parse(cursor.AsSpan(1, colon - 1), NumberStyles.None, CultureInfo.InvariantCulture);
        return new TimeCursor(new DateTimeOffset(ticks, TimeSpan.Zero), Guid.ParseExact(cursor.AsSpan(colon + 1), "N"));
    }

    private sealed class ClipRow
    {
        public Guid Id { get; init; }
        public Guid ProjectId { get; init; }
        public long Size { get; init; }
        public DateTimeOffset CreatedAt { get; init; }
    }

    private sealed class BodyRow
    {
        public byte[]? Body { get; init; }
        public byte[]? Request { get; init; }
    }

    private sealed class RunMessageRow
    {
        public Guid Id { get; init; }
        public DateTimeOffset CreatedAt { get; init; }
        public byte[]? ErrorMessage { get; init; }
    }

    private sealed class StepMessageRow
    {
        public Guid StepId { get; init; }
        public byte[]? ErrorMessage { get; init; }
    }

    private sealed class LineRow
    {
        public long Attempt { get; init; }
        public long Number { get; init; }
        public byte[]? Message { get; init; }
    }
}
