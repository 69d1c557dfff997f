namespace Cluster.Tests.Hocon;

public sealed class IncludeTests
{
    private static MemoryFiles Files => new MemoryFiles()
        .Add("hocon/one.conf", "x = 1, y = ${x}")
        .Add("hocon/sub/two.conf", "include \"three.conf\"\nz = 2")
        .Add("hocon/sub/three.conf", "w = 3")
        .Add("hocon/both.json", "{\"k\":\"json\",\"j\":1}")
        .Add("hocon/both.conf", "k = conf")
        .Add("hocon/array.conf", "[1]")
        .Add("hocon/broken.conf", "a = 1\nb = [1");

    [Theory]
    [InlineData("include \"one.conf\"", "{'x':1,'y':1}")]
    [InlineData("include file(\"one.conf\")", "{'x':1,'y':1}")]
    [InlineData("include required(file(\"one.conf\"))", "{'x':1,'y':1}")]
    [InlineData("include required( file( \"one.conf\" ) )", "{'x':1,'y':1}")]
    [InlineData("include required(\"one.conf\")", "{'x':1,'y':1}")]
    [InlineData("include\n  \"one.conf\"", "{'x':1,'y':1}")]
    [InlineData("include \"./one.conf\", a = 2", "{'x':1,'y':1,'a':2}")]
    [InlineData("include \"both\"", "{'k':'conf','j':1}")]
    [InlineData("include \"sub/two.conf\"", "{'w':3,'z':2}")]
    public void Files_are_found_next_to_the_including_file(string text, string expected) => Same(expected, text);

    [Theory]
    [InlineData("include \"none.conf\"", "{}")]
    [InlineData("include file(\"none\"), a = 1", "{'a':1}")]
    public void A_missing_file_is_skipped(string text, string expected) => Same(expected, text);

    [Theory]
    [InlineData("x = 0, include \"one.conf\"", "{'x':1,'y':1}")]
    [InlineData("include \"one.conf\", x = 2", "{'x':2,'y':2}")]
    [InlineData("a { include \"one.conf\" }", "{'a':{'x':1,'y':1}}")]
    [InlineData("a { include \"one.conf\" }, a.x = 42", "{'a':{'x':42,'y':42}}")]
    [InlineData("a.b { include \"one.conf\" }, x = 5", "{'a':{'b':{'x':1,'y':1}},'x':5}")]
    [InlineData("a = [ { include \"one.conf\" } ], x = 5", "{'a':[{'x':1,'y':5}],'x':5}")]
    public void Included_fields_stand_in_place_of_the_statement(string text, string expected) => Same(expected, text);

    [Fact]
    public void A_substitution_in_an_included_file_falls_back_to_the_root()
    {
        var files = new MemoryFiles().Add("hocon/one.conf", "y = ${shared}");
        Assert.Equal("""{"shared":7,"a":{"y":7}}""", HoconText.Json("shared = 7, a { include \"one.conf\" }", files));
    }

    [Theory]
    [InlineData("a = 1\ninclude required(\"none.conf\")", "hocon/main.conf:2:1: the required file does not exist")]
    [InlineData("include \"array.conf\"", "hocon/array.conf:1:1: expected an object at the root, found '['")]
    [InlineData("include \"broken.conf\"", "hocon/broken.conf:2:7: the array opened at 2:5 is not closed")]
    [InlineData("include url(\"http://x\")", "hocon/main.conf:1:1: only files can be included")]
    [InlineData("include \"main.conf\"", "hocon/main.conf:1:1: include cycle: hocon/main.conf -> hocon/main.conf")]
    [InlineData("include \"a\\u0000b\"", "hocon/main.conf:1:1: not a file name")]
    public void What_cannot_be_included_is_refused(string text, string expected) =>
        Assert.Equal(expected, HoconText.Fault(text, Files).Message);

    [Theory]
    [InlineData("include one.conf")]
    [InlineData("include = 1")]
    [InlineData("include")]
    [InlineData("include ${x}")]
    [InlineData("include \"a\" \"b\"")]
    [InlineData("include file(\"a\"")]
    [InlineData("include \"a\")")]
    [InlineData("include file \"a\"")]
    [InlineData("include \"\"")]
    public void A_malformed_statement_shows_the_right_form(string text) =>
        Assert.Matches("^include needs one quoted file name", HoconText.Fault(text, Files).Fault);

    [Fact]
    public void A_cycle_through_several_files_names_them_all()
    {
        var files = new MemoryFiles()
            .Add("hocon/a.conf", "\n  include \"sub/../b.conf\"")
            .Add("hocon/b.conf", "include \"a.conf\"");
        var fault = HoconText.Fault("include \"a.conf\"", files);
        Assert.Equal("hocon/sub/../b.conf", fault.Position.File);
        Assert.StartsWith("include cycle: hocon/main.conf -> hocon/a.conf -> ", fault.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Nesting_and_number_of_includes_are_bounded()
    {
        var files = new MemoryFiles();
        for (var i = 0; i < 30; i++)
        {
            var next = $"include \"{i + 1}.conf\"";
            files.Add($"hocon/{i}.conf", $"{next}\n{next}");
        }

        Assert.Matches("nested deeper than", HoconText.Fault("include \"0.conf\"", files).Fault);
        Assert.Matches("more than", HoconText.Fault("include \"20.conf\"", files).Fault);
    }

    private static void Same(string expected, string text) =>
        Assert.Equal(expected.Replace('\'', '"'), HoconText.Json(text, Files));
}
