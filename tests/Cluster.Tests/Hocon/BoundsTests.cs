using System.Diagnostics;
using System.Text;

namespace Cluster.Tests.Hocon;

public sealed class BoundsTests
{
    public static TheoryData<string, string> Bombs => new()
    {
        { "objects", string.Concat(Enumerable.Repeat("a{", 200_000)) },
        { "arrays", "a=" + new string('[', 500_000) },
        { "dotted key", string.Join('.', Enumerable.Repeat("a", 200_000)) + "=1" },
        { "dotted reference", "a=${" + string.Join('.', Enumerable.Repeat("a", 200_000)) + "}" },
        { "doubling string", Doubling("${0}${0}", "xxxxxxxxxx") },
        { "doubling array", Doubling("${0} ${0}", "[1]") },
        { "doubling object", Doubling("{{ x = ${0}, y = ${0} }}", "1") },
        { "nesting by reference", Chain(30_000, i => $"k{i} {{ x = ${{k{i + 1}}} }}") },
        { "nesting by reference, bottom up", "k0 = 1\n" + Chain(30_000, i => $"k{i + 1} {{ x = ${{k{i}}} }}") },
        { "chain of references", Chain(50_000, i => $"k{i} = ${{k{i + 1}}}") },
        { "chain of look-backs", "a = 1\n" + Chain(50_000, _ => "a = ${a}2") },
        { "chain of appends", Chain(50_000, _ => "a += 1") },
        { "many layers of many keys", "b {" + Chain(20_000, i => $"k{i}=1") + "}\n" + Chain(20_000, _ => "a=${?b}") },
        { "too large", new string('#', (1 << 20) + 1) },
    };

    [Theory]
    [MemberData(nameof(Bombs))]
    public void Files_that_grow_without_bound_are_refused_soon(string kind, string text)
    {
        var watch = Stopwatch.StartNew();
        var fault = HoconText.Fault(text);
        Assert.Equal(HoconText.File, fault.Position.File);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(30), $"{kind} took {watch.Elapsed}");
    }

    [Theory]
    [InlineData(5_000)]
    public void Large_files_of_a_usual_shape_are_read(int sections)
    {
        var text = Chain(sections, i => $"s{i} {{ name = n{i}, list = [1, 2], \"copy of\" = ${{s{i}.name}} }}");
        Assert.Equal(sections, HoconText.Read(text).Members.Count);
    }

    [Fact]
    public void A_hundred_appends_to_one_key_are_fine()
    {
        var expected = string.Join(',', Enumerable.Repeat(1, 100));
        Assert.Equal($"{{\"a\":[{expected}]}}", HoconText.Json(Chain(100, _ => "a += 1")));
    }

    private static string Chain(int count, Func<int, string> line) =>
        string.Join('\n', Enumerable.Range(0, count).Select(line));

    private static string Doubling(string twice, string seed)
    {
        var text = new StringBuilder($"k0 = {seed}\n");
        for (var i = 1; i <= 60; i++) text.AppendLine($"k{i} = {string.Format(twice, $"{{k{i - 1}}}")}");
        return text.ToString();
    }
}
