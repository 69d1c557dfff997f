using Api.Retention;
using Cluster.Journal;
using Dapper;

namespace Api.ReadModels;

/// <summary>Rows and what they weigh, in bytes.</summary>
internal sealed class WeightRow
{
    public long Found { get; init; }
    public long Bytes { get; init; }
}

/// <summary>What a project stores. Nothing is kept for this: a bounded part of it is read, newest first.</summary>
internal sealed class UsageQueries(IReadStore store, RunClips clips)
{
    public Task<long> CountAsync(string table, Guid projectId, int most, CancellationToken cancellationToken) =>
        store.FindAsync<long>(
            $"select count(*) from (select 1 from {table} where project_id = @projectId limit @most) counted", new { projectId, most }, cancellationToken);

    public Task<List<Guid>> NewestRunsAsync(Guid projectId, int limit, CancellationToken cancellationToken) =>
        store.ListAsync<Guid>(
            "select id from runs where project_id = @projectId order by created_at desc, id desc limit @limit", new { projectId, limit }, cancellationToken);

    /// <summary>Dataclips that the runs took or made, with the bytes of bodies that are there.</summary>
    public async Task<WeightRow> ClipsAsync(IReadOnlyCollection<Guid> runIds, CancellationToken cancellationToken)
    {
        var (found, bytes) = (0L, 0L);
        var ids = (await clips.OfAsync(runIds, cancellationToken)).Select(static clip => clip.Id).Distinct();
        foreach (var some in ids.Chunk(IdList.Most))
        {
            var arguments = new DynamicParameters();
            var row = await store.FindAsync<WeightRow>(
                $"""
                select count(*) as found, cast(coalesce(sum(case when wiped_at is null then size else 0 end), 0) as bigint) as bytes
                from dataclips where id in {arguments.AddIds("c", some)}
                """,
                arguments,
                cancellationToken);
            (found, bytes) = (found + row!.Found, bytes + row.Bytes);
        }

        return new WeightRow { Found = found, Bytes = bytes };
    }

    /// <summary>Log lines of a run, with the bytes of their messages as they are stored.</summary>
    /// <param name="most">Lines that are read.</param>
    public async Task<WeightRow> LinesAsync(Guid runId, int most, CancellationToken cancellationToken) =>
        (await store.FindAsync<WeightRow>(
            """
            select count(*) as found, cast(coalesce(sum(bytes), 0) as bigint) as bytes
            from (select length(message) as bytes from log_lines where run_id = @runId limit @most) lines
            """,
            new { runId, most },
            cancellationToken))!;
}
