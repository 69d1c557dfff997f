using Actors.Dispatch;
using Actors.Runs;
using Api.Dispatch;
using Kit;

namespace Api.Tests.Dispatch;

public sealed class LendingTests
{
    private static readonly TimeSpan Term = TimeSpan.FromSeconds(5);
    private readonly ManualTime _time = new();
    private readonly WaitingRun _run = new(Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid(), RunQueue.Default, default);
    private readonly Lending _lending;

    public LendingTests() => _lending = new Lending(_time);

    /// <summary>A run that begins to wait says so twice: as available and as changed.</summary>
    [Fact]
    public void A_run_that_is_lent_before_all_is_heard_of_its_waiting_stays_lent()
    {
        _lending.Add(_run);
        _lending.Settle(Changed(RunStatus.Available));
        Assert.Equal(_run, _lending.TakeUp(_run.RunId));

        _lending.Add(_run);
        _lending.Settle(Changed(RunStatus.Available));
        _time.Advance(Term);
        Assert.Equal(_run, Assert.Single(_lending.Expired()));
    }

    [Theory]
    [InlineData(RunStatus.Claimed)]
    [InlineData(RunStatus.Cancelled)]
    public void A_run_that_is_claimed_or_over_is_lent_no_more(RunStatus status)
    {
        _lending.Add(_run);
        _lending.Settle(Changed(status));

        Assert.Null(_lending.TakeUp(_run.RunId));
        _time.Advance(Term);
        Assert.Empty(_lending.Expired());
    }

    private RunNotice Changed(RunStatus status) => new RunNotice.Changed(_run.RunId, RunState.Absent with { Status = status });
}
