using Actors.Dispatch;
using Actors.Runs;

namespace Actors.Tests.Dispatch;

public sealed class QueuePreferenceTests
{
    [Theory]
    [InlineData("manual,*", "Manual,FastLane,Default")]
    [InlineData("*", "FastLane,Manual,Default")]
    [InlineData("default,*", "Default,FastLane,Manual")]
    [InlineData("default,manual,*", "Default,Manual,FastLane")]
    [InlineData("*,fast_lane", "Manual,Default,FastLane")]
    [InlineData("manual", "Manual")]
    [InlineData("fast_lane,default", "FastLane,Default")]
    [InlineData("manual,manual,default,manual", "Manual,Default")]
    [InlineData("*,*", "FastLane,Manual,Default")]
    [InlineData("slow,manual", "Manual")]
    [InlineData("slow,*", "FastLane,Manual,Default")]
    [InlineData("slow", "")]
    [InlineData("MANUAL", "")]
    public void Names_are_a_preference_with_a_star_and_a_filter_without(string names, string order) =>
        Assert.Equal(order, string.Join(',', QueuePreference.Parse(names.Split(',')).Order));

    [Fact]
    public void A_worker_that_says_nothing_prefers_runs_of_people()
    {
        Assert.Equal(QueuePreference.Usual, QueuePreference.Parse(null));
        Assert.Equal(QueuePreference.Usual, QueuePreference.Parse([]));
        Assert.Equal([RunQueue.Manual, RunQueue.FastLane, RunQueue.Default], QueuePreference.Usual.Order.AsEnumerable());
    }

    [Fact]
    public void Preferences_of_the_same_order_are_the_same()
    {
        Assert.Equal(QueuePreference.Any, QueuePreference.Parse(["slow", "*"]));
        Assert.Equal(QueuePreference.Any.GetHashCode(), QueuePreference.Parse(["*"]).GetHashCode());
        Assert.NotEqual(QueuePreference.Any, QueuePreference.Usual);
    }
}
