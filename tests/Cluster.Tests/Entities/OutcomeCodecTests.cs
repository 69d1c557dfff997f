using System.Buffers;
using System.Text.Json;
using Cluster.Entities;

namespace Cluster.Tests.Entities;

public sealed class OutcomeCodecTests
{
    private static readonly CounterMessages Messages = new();

    /// <summary>Every case, with the bytes that nodes of every version agree on.</summary>
    public static TheoryData<string, object> Golden => new()
    {
        { "01 04000000 6E756C6C", new Outcome.Replied(null) },
        { "01 02000000 3432", new Outcome.Replied(42L) },
        { "02 00 01000000 61 00000000 00000000", Refused(RefusalKind.Invalid) },
        { "02 01 01000000 61 00000000 00000000", Refused(RefusalKind.NotFound) },
        { "02 02 01000000 61 00000000 00000000", Refused(RefusalKind.Conflict) },
        { "02 03 01000000 61 00000000 00000000", Refused(RefusalKind.VersionMismatch) },
        { "02 04 01000000 61 00000000 00000000", Refused(RefusalKind.Gone) },
        { "02 05 01000000 61 00000000 00000000", Refused(RefusalKind.Overloaded) },
        {
            "02 00 01000000 61 02000000 C3BC 02000000 01000000 66 01000000 72 00000000 01000000 73",
            new Outcome.Refused(new Refusal(RefusalKind.Invalid, "a", "ü", [new("f", "r"), new("", "s")]))
        },
        { "03", Outcome.Overloaded.Instance },
        { "04 02000000 6E6F", new Outcome.Unavailable("no") },
        { "05 00000000", new Outcome.Unknown("") },
    };

    public static TheoryData<string> Malformed =>
    [
        "",
        "00",
        "06",
        "FF",
        "03 00",
        "04 02000000 6E6F 00",
        "04 FFFFFF7F 6E6F",
        "04 FFFFFFFF 6E6F",
        "04 01000000 C3",
        "02 06 01000000 61 00000000 00000000",
        "02 FF 01000000 61 00000000 00000000",
        "02 00 01000000 61 00000000 FFFFFFFF",
        "02 00 01000000 61 00000000 FFFFFF7F 00000000 00000000",
        "01 00000000",
        "01 FFFFFF7F",
        "01 03000000 6E756C",
    ];

    [Theory]
    [MemberData(nameof(Golden))]
    public void An_outcome_has_its_bytes_and_comes_back(string bytes, object outcome)
    {
        Assert.Equal(Bytes(bytes), Encode((Outcome)outcome));
        Assert.Equal(Text(outcome), Text(OutcomeCodec.Decode(Bytes(bytes), Messages)));
    }

    [Fact]
    public void No_case_and_no_kind_is_forgotten()
    {
        var samples = Golden.Select(row => row[1]).ToList();
        Assert.Equal(
            typeof(Outcome).GetNestedTypes().ToHashSet(), samples.Select(outcome => outcome.GetType()).ToHashSet());
        Assert.Equal(
            Enum.GetValues<RefusalKind>().ToHashSet(),
            samples.OfType<Outcome.Refused>().Select(refused => refused.Refusal.Kind).ToHashSet());
    }

    [Theory]
    [MemberData(nameof(Malformed))]
    public void What_is_no_outcome_is_unreadable(string bytes) =>
        Assert.Throws<UnreadableMessageException>(() => OutcomeCodec.Decode(Bytes(bytes), Messages));

    [Theory]
    [MemberData(nameof(Golden))]
    public void A_part_of_an_outcome_is_unreadable(string bytes, object outcome)
    {
        _ = outcome;
        var whole = Bytes(bytes);
        for (var length = 0; length < whole.Length; length++)
        {
            Assert.Throws<UnreadableMessageException>(() => OutcomeCodec.Decode(whole.AsMemory(0, length), Messages));
        }
    }

    [Theory]
    [MemberData(nameof(Golden))]
    public void Damaged_bytes_are_an_outcome_or_unreadable(string bytes, object outcome)
    {
        _ = outcome;
        var whole = Bytes(bytes);
        for (var bit = 0; bit < whole.Length * 8; bit++)
        {
            var damaged = whole.ToArray();
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            try
            {
                OutcomeCodec.Decode(damaged, Messages);
            }
            catch (UnreadableMessageException)
            {
            }
        }
    }

    [Fact]
    public void A_length_that_is_not_there_takes_no_memory()
    {
        var bytes = Bytes("02 00 00000000 00000000 FFFFFF0F");
        Assert.Throws<UnreadableMessageException>(() => OutcomeCodec.Decode(bytes, Messages));
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<UnreadableMessageException>(() => OutcomeCodec.Decode(bytes, Messages));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
    }

    [Fact]
    public void A_refusal_without_a_list_of_faults_has_none()
    {
        var refused = new Outcome.Refused(new Refusal(RefusalKind.Gone, "a", "b", default));
        var back = (Outcome.Refused)OutcomeCodec.Decode(Encode(refused), Messages);
        Assert.Empty(back.Refusal.Faults);
    }

    private static Outcome.Refused Refused(RefusalKind kind) => new(new Refusal(kind, "a", ""));

    private static byte[] Encode(Outcome outcome)
    {
        var to = new ArrayBufferWriter<byte>();
        OutcomeCodec.Encode(to, outcome, Messages);
        return to.WrittenSpan.ToArray();
    }

    private static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));

    /// <summary>Records compare lists by reference; their text tells what is in them.</summary>
    private static string Text(object outcome) => $"{outcome.GetType().Name} {JsonSerializer.Serialize(outcome, outcome.GetType())}";
}
