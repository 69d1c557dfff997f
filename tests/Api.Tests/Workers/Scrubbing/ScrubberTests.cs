using System.Buffers.Text;
using System.Net;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Actors.Runs;
using Api.Workers.Scrubbing;

namespace Api.Tests.Workers.Scrubbing;

public sealed class ScrubberTests
{
    private const string Secret = "s3cr3t/\"pass+wörd\"?&";
    private static readonly DateTimeOffset s_now = DateTimeOffset.UnixEpoch;

    public static TheoryData<string, string> Forms => new()
    {
        { "as it is", Secret },
        { "bearer", "Authorization: Bearer " + Secret },
        { "base64", Base64(Secret) },
        { "base64url", Base64Url.EncodeToString(Encoding.UTF8.GetBytes(Secret)) },
        { "hex", Convert.ToHexStringLower(Encoding.UTF8.GetBytes(Secret)) },
        { "HEX", Convert.ToHexString(Encoding.UTF8.GetBytes(Secret)) },
        { "RFC 3986", Uri.EscapeDataString(Secret) },
        { "form", WebUtility.UrlEncode(Secret) },
        { "JSON", JsonEncodedText.Encode(Secret, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).Value },
        { "JSON in JSON", JsonSerializer.Serialize(new { password = Secret }, JsonOptions) },
        { "basic", "Basic " + Base64("ann:" + Secret) },
    };

    private static JsonSerializerOptions JsonOptions { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Theory]
    [MemberData(nameof(Forms))]
    public void No_usual_form_of_a_secret_is_left_in_a_log_line(string form, string written)
    {
        var line = JsonSerializer.Serialize((string[])["before " + written + " after"], JsonOptions);

        var scrubbed = Given($$"""{"username":"ann","password":{{JsonSerializer.Serialize(Secret)}}}""").Scrub(line);

        var text = JsonSerializer.Deserialize<string[]>(scrubbed)![0];
        Assert.DoesNotContain(written, text, StringComparison.Ordinal);
        Assert.True(text.StartsWith("before ", StringComparison.Ordinal) && text.EndsWith(" after", StringComparison.Ordinal), form);
        Assert.Contains("***", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("ab")]
    [InlineData("abc")]
    public void Base64_of_data_around_a_secret_does_not_show_it(string before)
    {
        const string Token = "open-sesame-marker";
        var encoded = Base64(before + Token + "and more");

        var text = Given($$"""{"access_token":"{{Token}}"}""").Scrub($"[\"{encoded}\"]");

        Assert.Contains("***", text, StringComparison.Ordinal);
        var left = text.Replace("***", "", StringComparison.Ordinal).Trim('[', ']', '"');
        Assert.True(left.Length <= encoded.Length - (Token.Length * 4 / 3) + 4, text);
    }

    [Fact]
    public void Outputs_stay_JSON_and_keep_all_else()
    {
        var scrubber = Given("""{"password":"12345678","pin":990011,"host":"example.org","username":"admin"}""");
        const string Output = """{"a":12345678,"b":123456789,"c":[" 12345678 ",null,true,1.50],"x12345678":{"host":"example.org","by":"admin"},"pin":990011,"e":"\u00312345678"}""";

        var step = (RunReport.StepComplete)scrubber.Scrub([Step(Output)])[0];

        const string Expected = """{"a":"***","b":123456789,"c":[" *** ",null,true,1.50],"x***":{"host":"example.org","by":"admin"},"pin":"***","e":"***"}""";
        Assert.Equal(Expected, Encoding.UTF8.GetString(step.Output!.Body.Span));
        Assert.Equal("""{"body":"***"}""", Encoding.UTF8.GetString(step.WebhookResponse!.Body.Span));
        Assert.Equal("login with *** failed", step.ErrorMessage);
    }

    [Fact]
    public void What_holds_no_secret_is_not_touched()
    {
        var body = Step("""{ "spaced" : "out", "half": "\ud800" }""");
        var step = (RunReport.StepComplete)Given("""{"password":"12345678"}""").Scrub([body])[0];
        Assert.True(step.Output!.Body.Equals(body.Output!.Body));
    }

    [Fact]
    public void The_lines_of_a_key_are_secrets_by_themselves()
    {
        const string Line = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj";
        var scrubber = Given($$$"""{"tls":{"key":"-----BEGIN PRIVATE KEY-----\n{{{Line}}}\n-----END PRIVATE KEY-----\n"}}""");
        Assert.Equal("[\"line: ***\"]", scrubber.Scrub($"[\"line: {Line}\"]"));
    }

    [Fact]
    public void Secrets_that_overlap_leave_nothing_of_each_other()
    {
        var scrubber = Given("""{"a":"abcdef","b":"defghi","c":"abcd"}""");
        Assert.Equal("[\"x***x\"]", scrubber.Scrub("[\"xabcdefghix\"]"));
    }

    [Theory]
    [InlineData("""{"password":"abc"}""")]
    [InlineData("""{"host":"example.org","baseURL":"https://example.org","n":12345,"on":true}""")]
    public void Short_values_and_addresses_stay(string credential) => Assert.Same(Scrubber.None, Given(credential));

    [Fact]
    public void A_run_with_too_many_secrets_shows_nothing()
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(Enumerable.Range(0, Scrubber.MaxSecrets + 1).ToDictionary(i => $"k{i}", i => $"secret-{i}"));
        Assert.Same(Scrubber.All, Scrubber.For([body]));

        var step = (RunReport.StepComplete)Scrubber.All.Scrub([Step("{}")])[0];
        Assert.Null(step.Output);
        Assert.True(step.OutputTooLarge);
    }

    private static Scrubber Given(string credential) => Scrubber.For([Encoding.UTF8.GetBytes(credential)]);

    private static RunReport.StepComplete Step(string output) =>
        new RunReport.StepComplete(
            s_now, Guid.NewGuid(), Guid.NewGuid(), ExitReason.Fail, "Error", "login with 12345678 failed", Clip(output), false, 1, 1)
        {
            WebhookResponse = Clip("""{"body":"12345678"}"""),
        };

    private static DataclipBody Clip(string json) => new(Guid.NewGuid(), DataclipType.StepResult, Encoding.UTF8.GetBytes(json), null);

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
