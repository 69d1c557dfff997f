using Cluster.Sharding;

namespace Cluster.Tests.Sharding;

public sealed class BeatObserverTests
{
    private static readonly Guid s_self = Guid.NewGuid();
    private static readonly Guid s_other = Guid.NewGuid();
    private readonly BeatObserver _observer = new(Views.Settings);
    private TimeSpan _now = TimeSpan.FromDays(3);

    [Fact]
    public void A_member_that_beats_is_never_suspected()
    {
        for (var beat = 0; beat < 50; beat++)
        {
            Assert.Empty(Look(beat));
        }
    }

    [Fact]
    public void A_beat_that_stands_still_makes_a_suspect_first_without_session_and_then_in_any_case()
    {
        Assert.Empty(Looks(4, beat: 5));
        for (var look = 4; look < 10; look++)
        {
            Assert.Equal(new Suspect(s_other, "n", 5, WithoutSession: true), Assert.Single(Look(5)));
        }

        Assert.Equal(new Suspect(s_other, "n", 5, WithoutSession: false), Assert.Single(Look(5)));
    }

    [Fact]
    public void A_beat_that_resumes_starts_the_count_anew()
    {
        Looks(8, beat: 5);
        Assert.Empty(Looks(4, beat: 6));
        Assert.Single(Look(6));
        Assert.Empty(Look(7));
    }

    [Fact]
    public void A_number_that_goes_back_is_a_change_too()
    {
        Looks(8, beat: 5);
        Assert.Empty(Looks(4, beat: 4));
    }

    [Fact]
    public void The_observer_itself_is_not_watched()
    {
        for (var look = 0; look < 20; look++)
        {
            Assert.Empty(_observer.See(Views.View(Views.Member(s_self, beat: 1)), s_self, _now += TimeSpan.FromMilliseconds(500)));
        }
    }

    [Fact]
    public void A_leaving_member_is_watched_like_any_other()
    {
        for (var look = 0; look < 4; look++)
        {
            Assert.Empty(_observer.See(Leaving(), s_self, _now += TimeSpan.FromMilliseconds(500)));
        }

        Assert.Single(_observer.See(Leaving(), s_self, _now += TimeSpan.FromMilliseconds(500)));
        static ClusterView Leaving() => Views.View(Views.Member(s_other, 1, MemberState.Leaving));
    }

    [Fact]
    public void Looks_that_follow_each_other_at_once_count_nothing()
    {
        Look(5);
        for (var look = 0; look < 1_000; look++)
        {
            Assert.Empty(Look(5, milliseconds: 0));
        }
    }

    [Theory]
    [InlineData(800)]
    [InlineData(1_999)]
    public void Of_a_late_look_no_more_counts_than_of_one_in_time(int milliseconds)
    {
        Look(5);
        Assert.Empty(Look(5, milliseconds)); // 0.75 s
        Assert.Empty(Look(5, milliseconds)); // 1.5 s
        Assert.Single(Look(5, milliseconds)); // 2.25 s
    }

    [Fact]
    public void A_pause_of_the_observer_or_an_outage_of_the_database_starts_all_counts_anew()
    {
        Looks(4, beat: 5);
        Assert.Empty(Look(5, milliseconds: 60_000));
        Assert.Empty(Looks(3, beat: 5));
        Assert.Single(Look(5));
    }

    [Fact]
    public void A_member_that_was_away_and_is_there_again_is_new()
    {
        Looks(8, beat: 5);
        _observer.See(Views.View(), s_self, _now += TimeSpan.FromMilliseconds(500));
        Assert.Empty(Looks(4, beat: 5));
    }

    [Fact]
    public void Members_are_counted_apart()
    {
        var third = Guid.NewGuid();
        for (var look = 0; look < 4; look++)
        {
            See(look);
        }

        Assert.Equal(s_other, Assert.Single(See(4)).NodeId);
        IReadOnlyList<Suspect> See(long beat) => _observer.See(
            Views.View(Views.Member(s_other, 5), Views.Member(third, beat)), s_self, _now += TimeSpan.FromMilliseconds(500));
    }

    private IEnumerable<Suspect> Looks(int count, long beat) => Enumerable.Range(0, count).SelectMany(_ => Look(beat)).ToArray();

    private IReadOnlyList<Suspect> Look(long beat, int milliseconds = 500) =>
        _observer.See(Views.View(Views.Member(s_self, 1), Views.Member(s_other, beat)), s_self, _now += TimeSpan.FromMilliseconds(milliseconds));
}
