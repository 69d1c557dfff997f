using Cluster.Sharding;

namespace Api.Dispatch;

/// <summary>
/// How far this node has taken up the work of its shards. Nothing of a shard is dispatched before the attempts that were
/// held in it are counted: until then the limits cannot be known. Not safe for use from several threads.
/// </summary>
internal sealed class TakenShards
{
    private readonly bool[] _isAdopted = new bool[ShardMap.ShardCount];
    private readonly long[] _adoptedAt = new long[ShardMap.ShardCount];
    private readonly int[] _terms = new int[ShardMap.ShardCount];
    private readonly bool[] _isBeingAdopted = new bool[ShardMap.ShardCount];
    private readonly HashSet<Guid> _ended = [];

    public bool IsAdopted(int shard) => _isAdopted[shard];

    public bool IsAdopted(Guid id) => _isAdopted[ShardMap.ShardOf(id)];

    /// <summary>Timestamp of the end of the adoption.</summary>
    public long AdoptedAt(int shard) => _adoptedAt[shard];

    public List<int> Adopted() => [.. Enumerable.Range(0, ShardMap.ShardCount).Where(IsAdopted)];

    public Adoption Begin(IEnumerable<int> shards)
    {
        var adoption = new Adoption(shards.ToDictionary(static shard => shard, shard => _terms[shard]));
        foreach (var shard in adoption.Terms.Keys) _isBeingAdopted[shard] = !_isAdopted[shard];
        return adoption;
    }

    /// <summary>Whether an attempt that was read as held has to be counted.</summary>
    public bool Counts(Adoption adoption, Guid runId) => IsPresent(adoption, ShardMap.ShardOf(runId)) && !_ended.Contains(runId);

    /// <summary>An attempt ended. Of a shard that is being adopted it may be read as held all the same.</summary>
    public void End(Guid runId)
    {
        if (_isBeingAdopted[ShardMap.ShardOf(runId)]) _ended.Add(runId);
    }

    /// <returns>The shards that were not left meanwhile.</returns>
    public HashSet<int> Finish(Adoption adoption, long now)
    {
        var shards = adoption.Terms.Keys.Where(shard => IsPresent(adoption, shard)).ToHashSet();
        foreach (var shard in shards)
        {
            _isAdopted[shard] = true;
            _isBeingAdopted[shard] = false;
            _adoptedAt[shard] = now;
        }

        _ended.RemoveWhere(run => shards.Contains(ShardMap.ShardOf(run)));
        return shards;
    }

    public void Leave(IReadOnlyCollection<int> shards)
    {
        foreach (var shard in shards)
        {
            _isAdopted[shard] = _isBeingAdopted[shard] = false;
            _terms[shard]++;
        }

        _ended.RemoveWhere(run => shards.Contains(ShardMap.ShardOf(run)));
    }

    private bool IsPresent(Adoption adoption, int shard) =>
        adoption.Terms.TryGetValue(shard, out var term) && _terms[shard] == term;
}

/// <summary>The adoption of shards that were taken together.</summary>
/// <param name="Terms">How often each was left when they were taken: it is void for a shard that was left since.</param>
internal sealed record Adoption(IReadOnlyDictionary<int, int> Terms)
{
    /// <summary>Runs that were held when they were read.</summary>
    public HashSet<Guid> Held { get; } = [];
}
