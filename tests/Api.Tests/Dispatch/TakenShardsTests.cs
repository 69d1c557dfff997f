using Api.Dispatch;
using Cluster.Sharding;

namespace Api.Tests.Dispatch;

public sealed class TakenShardsTests
{
    private readonly TakenShards _taken = new();
    private readonly Guid _run = Guid.NewGuid();

    private int Shard => ShardMap.ShardOf(_run);

    [Fact]
    public void An_end_during_an_adoption_is_remembered_and_one_before_it_is_not()
    {
        _taken.End(_run);
        var first = _taken.Begin([Shard]);
        Assert.True(_taken.Counts(first, _run));

        _taken.End(_run);
        Assert.False(_taken.Counts(first, _run));

        _taken.Finish(first, now: 1);
        Assert.True(_taken.IsAdopted(_run));
    }

    [Fact]
    public void An_adoption_is_void_for_a_shard_that_was_left_and_taken_again()
    {
        var first = _taken.Begin([Shard]);
        _taken.Leave([Shard]);
        var second = _taken.Begin([Shard]);

        Assert.Empty(_taken.Finish(first, now: 1));
        Assert.False(_taken.IsAdopted(Shard));
        Assert.Equal([Shard], _taken.Finish(second, now: 2));
        Assert.True(_taken.IsAdopted(Shard));
    }
}
