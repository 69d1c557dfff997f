using System.Text;
using Actors.Runs;
using Actors.Workflows;
using Api.Webhooks;

namespace Api.Tests.Webhooks;

/// <summary>The rules of openfn-protocol 13.6 for a webhook that waited for its run.</summary>
public sealed class SyncAnswerTests
{
    private const string State = """{"state":1}""";
    private static readonly ResponseCodes Codes = new(202, 422);

    [Theory]
    [InlineData(RunStatus.Success, false, 201, State)]
    [InlineData(RunStatus.Success, true, 202, State)]
    [InlineData(RunStatus.Failed, false, 201, null)]
    [InlineData(RunStatus.Failed, true, 422, null)]
    [InlineData(RunStatus.Cancelled, true, 422, null)]
    public void Without_a_wish_the_trigger_says_the_status_and_a_failure_says_nothing_of_the_state(
        RunStatus status, bool hasCodes, int expected, string? data)
    {
        var answer = Of(status, hasCodes ? Codes : null, null);
        Assert.Equal((expected, data), (answer.Status, Text(answer)));
        Assert.Equal(data is null, answer.Message is not null);
    }

    [Theory]
    [InlineData("""{"status":404}""", 404, State)]
    [InlineData("""{"status":203.9}""", 203, State)]
    [InlineData("""{"status":2e2}""", 200, State)]
    [InlineData("""{"body":{"mine":true}}""", 202, """{"mine":true}""")]
    [InlineData("""{"status":418,"body":{"mine":[1,2]}}""", 418, """{"mine":[1,2]}""")]
    [InlineData("""{"status":null,"body":null}""", 202, State)]
    [InlineData("{}", 202, State)]
    public void A_wish_goes_before_the_trigger(string wish, int status, string data)
    {
        var answer = Of(RunStatus.Success, Codes, wish);
        Assert.Equal((status, data, null), (answer.Status, Text(answer), answer.Message));
    }

    [Fact]
    public void A_failed_run_may_say_what_it_wants_to()
    {
        var answer = Of(RunStatus.Failed, null, """{"status":400,"body":{"why":"no patient"}}""");
        Assert.Equal((400, """{"why":"no patient"}"""), (answer.Status, Text(answer)));
        Assert.Equal((400, null), (Of(RunStatus.Failed, null, """{"status":400}""").Status, Text(Of(RunStatus.Failed, null, """{"status":400}"""))));
    }

    [Theory]
    [InlineData("""{"status":"200"}""")]
    [InlineData("""{"status":true}""")]
    [InlineData("""{"status":99}""")]
    [InlineData("""{"status":199.9}""")]
    [InlineData("""{"status":600}""")]
    [InlineData("""{"status":-1e300}""")]
    [InlineData("""{"status":200,"body":"text"}""")]
    [InlineData("""{"body":[1]}""")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("\"200\"")]
    [InlineData("{")]
    public void A_malformed_wish_is_answered_as_usual_with_a_message_in_place_of_data(string wish)
    {
        var answer = Of(RunStatus.Success, Codes, wish);
        Assert.Equal((202, null), (answer.Status, Text(answer)));
        Assert.StartsWith("Run completed, but webhook_response was malformed: ", answer.Message);
    }

    [Theory]
    [InlineData(204, false)]
    [InlineData(205, false)]
    [InlineData(304, false)]
    [InlineData(200, true)]
    public void Some_answers_have_no_body(int status, bool hasBody) =>
        Assert.Equal(hasBody, Of(RunStatus.Success, null, $$"""{"status":{{status}}}""").HasBody);

    private static SyncAnswer Of(RunStatus status, ResponseCodes? codes, string? wish) =>
        SyncAnswer.Of(status, codes, wish is null ? null : Encoding.UTF8.GetBytes(wish), status == RunStatus.Success ? Encoding.UTF8.GetBytes(State) : null);

    private static string? Text(SyncAnswer answer) => answer.Data is { } data ? Encoding.UTF8.GetString(data.Span) : null;
}
