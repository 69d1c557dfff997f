namespace Cluster.Tests.Hocon;

public sealed class SyntaxTests
{
    [Theory]
    [InlineData("", "{}")]
    [InlineData("  \n\t\n", "{}")]
    [InlineData("{}", "{}")]
    [InlineData(" { a : 1 } \n", "{'a':1}")]
    [InlineData("a = 1", "{'a':1}")]
    [InlineData("a : 1", "{'a':1}")]
    [InlineData("a { b = 1 }", "{'a':{'b':1}}")]
    [InlineData("a\n{\n b\n=\n1\n}", "{'a':{'b':1}}")]
    [InlineData("{\"a\":{\"b\":[1,2.5,-3e2,true,false,null,\"x\"]}}", "{'a':{'b':[1,2.5,-3e2,true,false,null,'x']}}")]
    [InlineData("\uFEFFa = 1", "{'a':1}")]
    [InlineData("a = 1\r\nb = x y\r\n", "{'a':1,'b':'x y'}")]
    public void Braces_at_the_root_and_separators_before_an_object_may_be_left_out(string text, string expected) =>
        Same(expected, text);

    [Theory]
    [InlineData("# note\na = 1 # note\n// note\nb = 2 // note", "{'a':1,'b':2}")]
    [InlineData("a = \"# // no note\"", "{'a':'# // no note'}")]
    [InlineData("a = x//y", "{'a':'x'}")]
    [InlineData("a = x/y", "{'a':'x/y'}")]
    [InlineData("a = [ # one\n 1 // two\n # three\n 2 ]", "{'a':[1,2]}")]
    [InlineData("#", "{}")]
    public void Comments_run_to_the_end_of_their_line(string text, string expected) => Same(expected, text);

    [Theory]
    [InlineData("a = 1, b = 2", "{'a':1,'b':2}")]
    [InlineData("a = 1\n,b = 2,", "{'a':1,'b':2}")]
    [InlineData("a = [1,2,3,]", "{'a':[1,2,3]}")]
    [InlineData("a = [1\n2\n3]", "{'a':[1,2,3]}")]
    [InlineData("a = [1,\n\n2\n,3\n]", "{'a':[1,2,3]}")]
    [InlineData("a = []", "{'a':[]}")]
    [InlineData("a = [[1],[{b=1},{}]]", "{'a':[[1],[{'b':1},{}]]}")]
    public void Items_are_separated_by_a_comma_or_a_line_end(string text, string expected) => Same(expected, text);

    [Theory]
    [InlineData("a = foo", "{'a':'foo'}")]
    [InlineData("a = foo bar  baz  ", "{'a':'foo bar  baz'}")]
    [InlineData("a = truefoo", "{'a':'truefoo'}")]
    [InlineData("a = footrue", "{'a':'footrue'}")]
    [InlineData("a = 10.0bar", "{'a':'10.0bar'}")]
    [InlineData("a = -foo-bar", "{'a':'-foo-bar'}")]
    [InlineData("a = 1e+5", "{'a':1e+5}")]
    [InlineData("a = 007", "{'a':'007'}")]
    [InlineData("a = true", "{'a':true}")]
    [InlineData("a = null", "{'a':null}")]
    [InlineData("a = yes", "{'a':'yes'}")]
    [InlineData("a = a.b.c", "{'a':'a.b.c'}")]
    [InlineData("a = (x)<y>|z~%;'", "{'a':'(x)<y>|z~%;''}")]
    [InlineData("a = include", "{'a':'include'}")]
    [InlineData("a\u00A0=\u2003x", "{'a':'x'}")]
    public void Unquoted_text_is_taken_literally(string text, string expected) => Same(expected, text);

    [Theory]
    [InlineData("a = \"\"", "")]
    [InlineData("a = \"x\\\"\\\\\\/\\b\\f\\n\\r\\ty\"", "x\"\\/\b\f\n\r\ty")]
    [InlineData("a = \"\\u0041\\u00e4\\uD83D\\uDE00\"", "A\u00e4\uD83D\uDE00")]
    [InlineData("a = \"${b}\"", "${b}")]
    [InlineData("a = \"\"\"x\ny\"\"\"", "x\ny")]
    [InlineData("a = \"\"\"\\n \"quoted\" \"\"\"", "\\n \"quoted\" ")]
    [InlineData("a = \"\"\"x\"\"\"\"\"", "x\"\"")]
    [InlineData("a = \"\"\"\"\"\"", "")]
    public void Quoted_strings_know_escapes_and_multi_line_strings_do_not(string text, string expected) =>
        Assert.Equal($"{{\"a\":{HoconText.Quoted(expected)}}}", HoconText.Json(text));

    [Theory]
    [InlineData("a.b.c = 1", "{'a':{'b':{'c':1}}}")]
    [InlineData("a.\"b.c\" = 1", "{'a':{'b.c':1}}")]
    [InlineData("a.\"\".b = 1", "{'a':{'':{'b':1}}}")]
    [InlineData("a b c = 1", "{'a b c':1}")]
    [InlineData("3.14 = 1", "{'3':{'14':1}}")]
    [InlineData("10.0foo = 1", "{'10':{'0foo':1}}")]
    [InlineData("foo\"10.0\" = 1", "{'foo10.0':1}")]
    [InlineData("true = 1", "{'true':1}")]
    [InlineData("\"include\" = 1", "{'include':1}")]
    [InlineData("foo include = 1", "{'foo include':1}")]
    [InlineData("a.x = 1, a.y = 2", "{'a':{'x':1,'y':2}}")]
    public void Keys_are_paths(string text, string expected) => Same(expected, text);

    private static void Same(string expected, string text) =>
        Assert.Equal(
            expected.Replace("'", "\"", StringComparison.Ordinal),
            HoconText.Json(text).Replace("'", "\"", StringComparison.Ordinal));
}
