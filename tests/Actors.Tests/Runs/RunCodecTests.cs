using System.Text;
using Actors.Runs;
using Actors.Tests.Support;
using Cluster.Journal;
using static Actors.Tests.Support.ARun;

namespace Actors.Tests.Runs;

public sealed class RunCodecTests
{
    private static readonly RunCodec Codec = new();

    [Fact]
    public void Events_are_compact_camel_case_with_words_for_enums()
    {
        var payload = Codec.Encode(new RunEvent.Ended(RunStatus.Cancelled, null, "ü <&>", Sample.At(0)));

        Assert.Equal("run-ended.v1", payload.Manifest);
        Assert.Equal(
            """{"status":"cancelled","errorMessage":"ü <&>","at":"2026-01-01T00:00:00+00:00","lostSteps":[]}""",
            Encoding.UTF8.GetString(payload.Bytes.Span));
    }

    [Fact]
    public void Fields_of_a_later_version_are_ignored() =>
        Assert.Equal(
            new RunEvent.Claimed(1, "w", Sample.At(0)),
            Decode("run-claimed.v1", """{"attempt":1,"worker":"w","at":"2026-01-01T00:00:00+00:00","colour":{"x":[1]}}"""));

    [Fact]
    public void Lists_that_an_earlier_version_did_not_write_are_empty()
    {
        var requeued = (RunEvent.Requeued)Decode(
            "run-requeued.v1", """{"attempt":1,"reason":"r","keepSteps":true,"at":"2026-01-01T00:00:00+00:00"}""");

        Assert.Empty(requeued.LostSteps);
    }

    [Fact]
    public void A_number_is_no_word() =>
        Assert.ThrowsAny<Exception>(() => Decode("run-ended.v1", """{"status":9,"at":"2026-01-01T00:00:00+00:00"}"""));

    [Fact]
    public void A_null_payload_is_an_error() =>
        Assert.Throws<InvalidDataException>(() => Decode("run-ended.v1", "null"));

    [Fact]
    public void Half_a_character_can_be_stored()
    {
        var stored = Codec.Decode(Codec.Encode(new RunEvent.Claimed(1, "a\uD800b", Sample.At(0))));
        Assert.Equal("a\uFFFDb", ((RunEvent.Claimed)stored).Worker);
    }

    [Fact]
    public void The_words_of_the_store_are_the_words_of_the_wire()
    {
        foreach (var status in Enum.GetValues<RunStatus>())
        {
            var text = Encoding.UTF8.GetString(Codec.EncodeSnapshot(Given().State with { Status = status }).Bytes.Span);
            Assert.StartsWith($$"""{"status":"{{status.ToWire()}}",""", text);
        }
    }

    private static RunEvent Decode(string manifest, string json) =>
        Codec.Decode(new Payload(manifest, Encoding.UTF8.GetBytes(json)));
}
