using System.Text;
using Cluster.Hocon;
using FsCheck;
using FsCheck.Fluent;

namespace Cluster.Tests.Hocon;

public sealed class PropertyTests
{
    private static readonly string[] Fragments =
    [
        "a", "b", "a.b", "\"q\"", "\"\"\"m\n\"\"\"", "=", ":", "+=", "{", "}", "[", "]", ",", "\n", " ",
        "${a}", "${?b}", "${a.b}", "${", "}", "include ", "include \"main.conf\"", "include \"other.conf\"",
        "required(", ")", "#", "//", "1", "-1e+5", "true", "null", "\"", "\\", "$", "\0", "\uD800", "\u00A0",
        "a = ${a} [1]\n", "b { a = ${b.a} }\n", "a += {b = ${a}}\n", ".", "\t",
    ];

    /// <summary>A value or a fault with a position; anything else lets the test fail.</summary>
    private static bool ReadsOrRefuses(byte[] bytes)
    {
        var files = new MemoryFiles().Add(HoconText.File, bytes).Add("hocon/other.conf", "x = ${a}\na { b = ${?x} }");
        try
        {
            HoconText.Json(HoconText.Read(files));
        }
        catch (HoconException fault)
        {
            return fault.Position is { Line: > 0, Column: > 0 }
                && fault.Position.File.StartsWith("hocon/", StringComparison.Ordinal)
                && fault.Message.StartsWith($"{fault.Position}: ", StringComparison.Ordinal);
        }

        return true;
    }

    [Fact]
    public void Any_text_gives_a_value_or_a_located_fault() =>
        Prop.ForAll<string>(text => ReadsOrRefuses(Encoding.UTF8.GetBytes(text ?? ""))).QuickCheckThrowOnFailure();

    [Fact]
    public void Any_sequence_of_fragments_gives_a_value_or_a_located_fault()
    {
        var texts = Gen.Elements(Fragments).ListOf().Select(string.Concat).ToArbitrary();
        var config = Config.QuickThrowOnFailure.WithMaxTest(5_000);
        Prop.ForAll(texts, text => ReadsOrRefuses(Encoding.UTF8.GetBytes(text))).Check(config);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(20)]
    [InlineData(300)]
    public void Random_bytes_give_a_value_or_a_located_fault(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 2_000; round++)
        {
            var bytes = new byte[random.Next(120)];
            random.NextBytes(bytes);
            if (round % 2 == 0) bytes = [.. bytes.Select(b => (byte)(b % 96 + 32))];
            Assert.True(ReadsOrRefuses(bytes), $"seed {seed}, round {round}: {Convert.ToHexString(bytes)}");
        }
    }

    [Theory]
    [InlineData(4)]
    [InlineData(50)]
    public void Random_fragments_give_a_value_or_a_located_fault(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 5_000; round++)
        {
            var text = string.Concat(random.GetItems(Fragments, random.Next(1, 40)));
            Assert.True(ReadsOrRefuses(Encoding.UTF8.GetBytes(text)), $"seed {seed}, round {round}: {text}");
        }
    }

    [Fact]
    public void What_is_written_as_json_is_read_back_unchanged() =>
        Prop.ForAll<string, int, bool>((text, number, flag) =>
        {
            var list = $"[{number},{(flag ? "true" : "false")},null,{{}}]";
            var json = $"{{\"text\":{HoconText.Quoted(WellFormed(text))},\"list\":{list}}}";
            return HoconText.Json(json) == json;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Assigning_an_object_in_pieces_is_the_same_as_writing_it_at_once()
    {
        var values = Gen.Choose(1, 5).ListOf().ToArbitrary();
        Prop.ForAll(values, numbers =>
        {
            var atOnce = "a {\n" + string.Join('\n', numbers.Select((n, i) => $"k{n} = {i}")) + "\n}";
            var pieces = "a {}\n" + string.Join('\n', numbers.Select((n, i) => $"a.k{n} = {i}"));
            return HoconText.Json(atOnce) == HoconText.Json(pieces);
        }).QuickCheckThrowOnFailure();
    }

    private static string WellFormed(string? text) => string.Concat((text ?? "").Where(c => !char.IsSurrogate(c)));
}
