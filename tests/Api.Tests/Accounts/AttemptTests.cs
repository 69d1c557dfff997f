using Api.Accounts.Throttling;
using Kit;

namespace Api.Tests.Accounts;

public sealed class AttemptTests
{
    private static readonly Attempt s_pair = new("account", "here", false);
    private readonly ManualTime _time = new();
    private readonly AttemptCounts _counts;

    public AttemptTests() => _counts = new AttemptCounts(_time);

    [Fact]
    public void After_five_attempts_the_wait_doubles_up_to_a_quarter_of_an_hour()
    {
        for (var i = 0; i < 5; i++) Assert.Equal(0, Enter(s_pair));
        for (var wait = 1_000; wait < 900_000; wait *= 2)
        {
            Assert.Equal(wait, Enter(s_pair));
            _time.Advance(TimeSpan.FromMilliseconds(wait));
            Assert.Equal(0, Enter(s_pair));
        }

        Assert.Equal(900_000, Enter(s_pair));
        _time.Advance(TimeSpan.FromMinutes(15));
        Assert.Equal(0, Enter(s_pair));
        Assert.Equal(900_000, Enter(s_pair));
    }

    [Fact]
    public void A_success_ends_the_row_and_a_day_forgets_it()
    {
        for (var i = 0; i < 6; i++) Enter(s_pair);
        _counts.Answer(new AttemptQuestion(s_pair, AttemptStep.Succeed, false));
        Assert.Equal(0, Enter(s_pair));

        for (var i = 0; i < 30; i++) Enter(s_pair);
        Assert.NotEqual(0, Enter(s_pair));
        _time.Advance(TimeSpan.FromHours(24));
        for (var i = 0; i < 5; i++) Assert.Equal(0, Enter(s_pair));
    }

    [Fact]
    public void An_account_has_a_hundred_attempts_from_unknown_places_and_more_from_known_ones()
    {
        for (var i = 0; i < 100; i++) Assert.Equal(0, Enter(new Attempt("account", $"place-{i}", false)));
        Assert.Equal(3_600_000, Enter(new Attempt("account", "another", false)));
        Assert.Equal(0, Enter(new Attempt("account", "home", true)));
        Assert.Equal(0, Enter(new Attempt("other account", "another", false)));

        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(0, Enter(new Attempt("account", "another", false)));
        Assert.NotEqual(0, Enter(new Attempt("account", "a third", false)));
    }

    [Fact]
    public void An_address_has_thirty_attempts_over_all_accounts_and_gets_back_those_that_succeed()
    {
        for (var i = 0; i < 30; i++) Assert.Equal(0, EnterAddress());
        Assert.Equal(1_000, EnterAddress());
        _counts.Answer(new AttemptQuestion(s_pair, AttemptStep.Succeed, true));
        Assert.Equal(0, EnterAddress());
        Assert.Equal(1_000, EnterAddress());
    }

    [Fact]
    public void Of_too_many_keys_the_one_that_was_quiet_for_longest_is_forgotten()
    {
        var table = new AttemptTable(new AttemptRule(1, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1), TimeSpan.FromHours(1)), 2, _time);
        Assert.Equal(TimeSpan.Zero, table.Enter("a"));
        Assert.Equal(TimeSpan.Zero, table.Enter("b"));
        Assert.Equal(TimeSpan.Zero, table.Enter("c"));
        Assert.NotEqual(TimeSpan.Zero, table.Enter("b"));
        Assert.NotEqual(TimeSpan.Zero, table.Enter("c"));
        Assert.Equal(TimeSpan.Zero, table.Enter("a"));
    }

    private long Enter(Attempt attempt) => _counts.Answer(new AttemptQuestion(attempt, AttemptStep.Enter, false)).WaitMs;

    private long EnterAddress() => _counts.Answer(new AttemptQuestion(s_pair, AttemptStep.Enter, true)).WaitMs;
}
