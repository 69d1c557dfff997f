using Api.ReadModels;
using Cluster.Journal;

namespace Api.Unstored;

/// <summary>A run that waits and whose input is not stored.</summary>
internal sealed class UnstoredRunRow
{
    public Guid Id { get; init; }
    public int Shard { get; init; }
    public int Attempt { get; init; }
    public Guid InputDataclipId { get; init; }
}

internal sealed class UnstoredQueries(IReadStore store)
{
    /// <summary>Of the whole cluster, the oldest first: there are as many as memory has room for.</summary>
    public Task<List<UnstoredRunRow>> WaitingAsync(CancellationToken cancellationToken) =>
        store.ListAsync<UnstoredRunRow>(
            """
            select r.id, r.shard, r.attempt, r.input_dataclip_id from runs r
            join dataclips d on d.id = r.input_dataclip_id and d.wiped_at is not null
            where r.status = 'available' and r.storage = 'erase_all'
            order by r.id limit 100000
            """,
            new { },
            cancellationToken);
}
