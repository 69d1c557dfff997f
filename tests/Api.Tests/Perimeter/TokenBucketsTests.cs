using Api.Perimeter;
using Kit;

namespace Api.Tests.Perimeter;

public sealed class TokenBucketsTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public void A_bucket_gains_its_rate_every_second_up_to_what_it_holds()
    {
        var buckets = new TokenBuckets<string>(_time);
        Assert.Equal(10, TakeAll(buckets, "a"));
        _time.Advance(TimeSpan.FromSeconds(0.9));
        Assert.Equal(0, TakeAll(buckets, "a"));
        _time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal(2, TakeAll(buckets, "a"));
        _time.Advance(TimeSpan.FromSeconds(3.5));
        Assert.Equal(6, TakeAll(buckets, "a"));
        _time.Advance(TimeSpan.FromSeconds(0.5));
        Assert.Equal(2, TakeAll(buckets, "a"));
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(10, TakeAll(buckets, "a"));
    }

    [Fact]
    public void Keys_have_buckets_of_their_own()
    {
        var buckets = new TokenBuckets<string>(_time);
        TakeAll(buckets, "a");
        Assert.Equal(10, TakeAll(buckets, "b"));
    }

    [Fact]
    public void Full_buckets_are_forgotten_and_others_are_not()
    {
        var buckets = new TokenBuckets<string>(_time);
        for (var i = 0; i < 100; i++) buckets.TryTake($"many {i}", 2, 10);
        _time.Advance(TimeSpan.FromSeconds(9));
        TakeAll(buckets, "a");
        _time.Advance(TimeSpan.FromSeconds(2));
        buckets.TryTake("b", 2, 10);
        Assert.Equal(2, buckets.Count);
        Assert.Equal(4, TakeAll(buckets, "a"));
    }

    private static int TakeAll(TokenBuckets<string> buckets, string key)
    {
        var taken = 0;
        while (buckets.TryTake(key, 2, 10)) taken++;
        return taken;
    }
}
