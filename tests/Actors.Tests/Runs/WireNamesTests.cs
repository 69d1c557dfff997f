using Actors.Runs;
using Actors.WorkOrders;

namespace Actors.Tests.Runs;

public sealed class WireNamesTests
{
    [Fact]
    public void Every_state_has_a_word_that_reads_back()
    {
        foreach (var status in Enum.GetValues<RunStatus>())
        {
            Assert.True(WireNames.TryParseStatus(status.ToWire(), out var read));
            Assert.Equal(status, read);
        }

        foreach (var state in Enum.GetValues<WorkOrderState>())
        {
            Assert.True(WireNames.TryParseWorkOrderState(state.ToWire(), out var read));
            Assert.Equal(state, read);
        }

        foreach (var reason in Enum.GetValues<ExitReason>())
        {
            Assert.True(WireNames.TryParseReason(reason.ToWire(), out var read));
            Assert.Equal(reason, read);
        }
    }

    [Theory]
    [InlineData("ok", ExitReason.Success)]
    [InlineData("fail", ExitReason.Fail)]
    [InlineData("failed", ExitReason.Fail)]
    [InlineData("crashed", ExitReason.Crash)]
    [InlineData("cancelled", ExitReason.Cancel)]
    [InlineData("killed", ExitReason.Kill)]
    public void Old_words_and_words_of_states_are_reasons_as_well(string word, ExitReason reason)
    {
        Assert.True(WireNames.TryParseReason(word, out var read));
        Assert.Equal(reason, read);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Success")]
    [InlineData("started")]
    public void Other_words_are_no_reasons(string? word) => Assert.False(WireNames.TryParseReason(word, out _));
}
