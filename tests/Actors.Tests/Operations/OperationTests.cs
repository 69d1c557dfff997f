using Actors.Operations;
using Cluster.Entities;
using static Actors.Tests.Support.AnOperation;
using static Actors.Tests.Support.Sample;

namespace Actors.Tests.Operations;

public sealed class OperationTests
{
    private static readonly ItemRefusal Refusal = new(Id(92), "run_final", "It has ended.");

    [Fact]
    public void A_start_is_announced_and_made_once()
    {
        var verdict = Given().When(new OperationCommand.Start(Filtered));
        Assert.Equal(OperationStatus.Running, verdict.State.Status);
        Assert.Equal([new OperationRuns(OperationId, Filtered.ProjectId)], verdict.Notices);
        Given(Started()).When(new OperationCommand.Start(Filtered)).ThenRefused(RefusalKind.Conflict, OperationRefusals.ExistsCode);
    }

    [Fact]
    public void A_plan_has_a_filter_or_ids()
    {
        foreach (var plan in (OperationPlan[])[Listed with { Ids = [] }, Listed with { Filter = Filter }, Listed with { Ids = [.. Enumerable.Range(0, 1001).Select(Id)] }])
            Given().When(new OperationCommand.Start(plan)).ThenRefused(RefusalKind.Invalid, OperationRefusals.InvalidCode);
    }

    [Fact]
    public void Pages_are_taken_done_and_counted_one_after_the_other()
    {
        var taken = Given(Started()).When(new OperationCommand.Take(1, [Id(91), Id(92)], "next")).State;
        Assert.Equal((1, 2, 0), (taken.Page, taken.Found, taken.Done));
        Assert.Equal([Id(91), Id(92)], taken.Items.AsEnumerable());

        var advanced = Given(Started(), Taken(1, "next", Id(91), Id(92)))
            .When(new OperationCommand.Advance(1, 1, 1, 0, [Refusal])).State;
        Assert.Equal((1, 1, 0), (advanced.Done, advanced.Refused, advanced.Failed));
        Assert.Equal(OperationStatus.Running, advanced.Status);
        Assert.Equal([Refusal], advanced.Refusals.AsEnumerable());
        Assert.Empty(advanced.Items);
    }

    [Fact]
    public void It_is_done_with_the_results_of_the_last_page()
    {
        var state = Given(Started(), Taken(1, null, Id(91))).When(new OperationCommand.Advance(1, 1, 0, 0, [])).State;
        Assert.Equal((OperationStatus.Done, Now), (state.Status, state.FinishedAt));
        Assert.Equal(OperationStatus.Done, Given(Started()).When(new OperationCommand.Take(1, [], null)).State.Status);
        Assert.Equal(OperationStatus.Running, Given(Started()).When(new OperationCommand.Take(1, [], "on")).State.Status);
    }

    /// <summary>Of two nodes that execute it, one is refused.</summary>
    [Fact]
    public void Another_page_than_the_next_is_refused()
    {
        var underWay = Given(Started(), Taken(1, "next", Id(91)));
        underWay.When(new OperationCommand.Take(1, [Id(91)], null)).ThenRefused(RefusalKind.Conflict, OperationRefusals.StalePageCode);
        underWay.When(new OperationCommand.Take(2, [Id(91)], null)).ThenRefused(RefusalKind.Conflict, OperationRefusals.StalePageCode);
        underWay.When(new OperationCommand.Advance(2, 1, 0, 0, [])).ThenRefused(RefusalKind.Conflict, OperationRefusals.StalePageCode);
        Given(Started(), Taken(1, "next", Id(91)), Advanced(1, 1))
            .When(new OperationCommand.Advance(1, 1, 0, 0, [])).ThenRefused(RefusalKind.Conflict, OperationRefusals.StalePageCode);
    }

    [Theory]
    [InlineData(2, 0, 0)]
    [InlineData(0, 0, 0)]
    [InlineData(2, -1, 0)]
    public void Results_must_make_up_the_page(int done, int refused, int failed) =>
        Given(Started(), Taken(1, "next", Id(91)))
            .When(new OperationCommand.Advance(1, done, refused, failed, []))
            .ThenRefused(RefusalKind.Invalid, OperationRefusals.InvalidCode);

    [Fact]
    public void A_stop_ends_it_and_what_was_under_way_is_still_counted()
    {
        var scenario = Given(Started(), Taken(1, "next", Id(91)));
        Assert.Equal(OperationStatus.Stopped, scenario.When(new OperationCommand.Stop()).State.Status);

        var stopped = scenario.Given(new OperationEvent.Ended(OperationStatus.Stopped, At(3)));
        var state = stopped.When(new OperationCommand.Advance(1, 1, 0, 0, [])).State;
        Assert.Equal((OperationStatus.Stopped, 1), (state.Status, state.Done));
        stopped.When(new OperationCommand.Take(2, [Id(92)], null)).ThenRefused(RefusalKind.Conflict, OperationRefusals.EndedCode);
        stopped.When(new OperationCommand.Stop()).ThenRefused(RefusalKind.Conflict, OperationRefusals.EndedCode);
    }

    [Fact]
    public void The_first_hundred_refusals_are_kept()
    {
        var scenario = Given(Started());
        for (var page = 1; page <= 3; page++)
        {
            scenario.Given(Taken(page, "next", [.. Enumerable.Range(page * 100, 60).Select(Id)]));
            scenario.Given(Advanced(page, 0, [.. Enumerable.Range(page * 100, 60).Select(number => new ItemRefusal(Id(number), "no", null))]));
        }

        Assert.Equal(180, scenario.State.Refused);
        Assert.Equal(100, scenario.State.Refusals.Length);
        Assert.Equal(Id(100), scenario.State.Refusals[0].Id);
    }

    [Fact]
    public void What_was_never_started_is_not_found() =>
        Given().When(new OperationCommand.Look()).ThenRefused(RefusalKind.NotFound, OperationRefusals.NotFoundCode);

    [Fact]
    public void It_announces_itself_again_while_it_runs()
    {
        var behavior = new OperationBehavior();
        Assert.Single(behavior.Resume(Given(Started()).State));
        Assert.Empty(behavior.Resume(Given(Started(), new OperationEvent.Ended(OperationStatus.Done, At(1))).State));
    }
}
