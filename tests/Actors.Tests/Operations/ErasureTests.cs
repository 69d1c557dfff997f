using System.Collections.Immutable;
using Actors.Erasures;
using Cluster.Entities;
using static Actors.Tests.Support.Sample;

namespace Actors.Tests.Operations;

/// <summary>An erasure searches first, erases once and soon after, and remembers nothing of what it was about.</summary>
public sealed class ErasureTests
{
    private static readonly EntityRef s_entity = new(EntityTypes.Erasure, Id(7));
    private static readonly ErasureEvent s_started = new ErasureEvent.Started(Id(80), ["Ada"], ["hash"], At(0));
    private static readonly ErasureEvent s_searched = new ErasureEvent.Advanced(1, null, 10, 0, At(1));
    private static readonly ErasureEvent s_executed = new ErasureEvent.Executed(At(2));
    private readonly ErasureBehavior _behavior = new();

    [Fact]
    public void Pages_follow_one_another_until_the_last()
    {
        var state = After(s_started);
        Assert.Equal(ErasureRefusals.StalePageCode, Refused(state, new ErasureCommand.Advance(2, "c", 1, 0)));
        var searching = Present(state, new ErasureCommand.Advance(1, "c", 1, 0));
        Assert.Equal((ErasureStatus.Searching, "c", 1), (searching.Status, searching.Cursor, searching.Page));
        Assert.Equal(ErasureStatus.Ready, Present(state, new ErasureCommand.Advance(1, null, 1, 0)).Status);
        Assert.Equal(ErasureRefusals.NotReadyCode, Refused(state, new ErasureCommand.Execute()));
        Assert.Equal(ErasureRefusals.StalePageCode, Refused(After(s_started, s_searched), new ErasureCommand.Advance(2, null, 1, 0)));
    }

    [Fact]
    public void It_is_executed_once_and_within_seven_days()
    {
        var ready = After(s_started, s_searched);
        Assert.Equal(ErasureStatus.Erasing, Present(ready, new ErasureCommand.Execute(), At(1).AddDays(7)).Status);
        Assert.Equal(ErasureRefusals.ExpiredCode, Refused(ready, new ErasureCommand.Execute(), At(2).AddDays(7)));
        Assert.Equal(ErasureRefusals.NotReadyCode, Refused(After(s_started, s_searched, s_executed), new ErasureCommand.Execute()));
        Assert.Equal(ErasureRefusals.NotReadyCode, Refused(After(s_started, s_searched, s_executed), new ErasureCommand.Discard()));
        Assert.Equal(ErasureRefusals.NotReadyCode, Refused(ready, new ErasureCommand.Finish(new ErasureCounts(0, 0, 0, 0))));
    }

    [Fact]
    public void Its_end_forgets_what_it_was_about()
    {
        foreach (var (state, command) in ((ErasureState, ErasureCommand)[])
        [
            (After(s_started), new ErasureCommand.Discard()),
            (After(s_started, s_searched), new ErasureCommand.Discard()),
            (After(s_started, s_searched, s_executed), new ErasureCommand.Finish(new ErasureCounts(1, 2, 3, 4))),
        ])
        {
            var decision = Decide(state, command, At(9));
            Assert.True(decision.ForgetsHistory);
            var ended = Assert.IsType<ErasureEvent.Ended>(Assert.Single(decision.Events));
            Assert.Empty(ended.State.Texts);
            Assert.DoesNotContain("Ada", System.Text.Encoding.UTF8.GetString(new ErasureCodec().Encode(ended).Bytes.Span), StringComparison.Ordinal);

            // Of a history that was forgotten the end alone is read.
            Assert.Equal(ended.State.Status, After(ended).Status);
        }
    }

    [Theory]
    [InlineData("ab")]
    [InlineData(" ab ")]
    [InlineData("")]
    public void A_text_that_would_match_nearly_everything_is_refused(string text) =>
        Assert.Equal(ErasureRefusals.InvalidCode, Refused(ErasureState.Absent, new ErasureCommand.Start(Id(80), [text], ["h"])));

    [Fact]
    public void There_are_one_to_twenty_texts_of_two_hundred_characters()
    {
        foreach (var texts in (ImmutableArray<string>[])[[], [.. Enumerable.Range(100, 21).Select(static i => $"text {i}")], [new string('x', 201)]])
            Assert.Equal(ErasureRefusals.InvalidCode, Refused(ErasureState.Absent, new ErasureCommand.Start(Id(80), texts, [])));
        Assert.Equal(ErasureRefusals.ExistsCode, Refused(After(s_started), new ErasureCommand.Start(Id(80), ["Ada"], ["hash"])));
        Assert.Equal(ErasureRefusals.NotFoundCode, Refused(ErasureState.Absent, new ErasureCommand.Look()));
    }

    private ErasureState After(params ErasureEvent[] events) => events.Aggregate(ErasureState.Absent, _behavior.Evolve);

    private Decision<ErasureEvent> Decide(ErasureState state, ErasureCommand command, DateTimeOffset now) =>
        _behavior.Decide(state, command, new DecisionContext(s_entity, now, 1));

    private ErasureState Present(ErasureState state, ErasureCommand command, DateTimeOffset? now = null) =>
        Assert.IsType<ErasureReply.Present>(Decide(state, command, now ?? At(9)).Reply).State;

    private string Refused(ErasureState state, ErasureCommand command, DateTimeOffset? now = null) =>
        Decide(state, command, now ?? At(9)).Refusal!.Code;
}
