namespace Cluster.Tests.Hocon;

public sealed class SubstitutionTests
{
    private static readonly Dictionary<string, string> Environment = new() { ["HOME"] = "/home/x", ["EMPTY"] = "" };

    [Theory]
    [InlineData("a = ${b}, b = 1", "{'a':1,'b':1}")]
    [InlineData("a = ${b.c}, b { c = { d = 1 } }", "{'a':{'d':1},'b':{'c':{'d':1}}}")]
    [InlineData("a = ${ b.\"c.d\" }, b { \"c.d\" = 1 }", "{'a':1,'b':{'c.d':1}}")]
    [InlineData("a = x-${b}-y, b = 1.50", "{'a':'x-1.50-y','b':1.50}")]
    [InlineData("a = ${b}, b = 1, b = 2", "{'a':2,'b':2}")]
    [InlineData("a = [${b}, ${?none}, 2], b = 1", "{'a':[1,2],'b':1}")]
    [InlineData("a = null, b = ${a}", "{'a':null,'b':null}")]
    public void A_substitution_stands_for_the_last_value_of_its_path(string text, string expected) =>
        Same(expected, text);

    [Theory]
    [InlineData("a = ${?none}", "{}")]
    [InlineData("a = 1, a = ${?none}", "{'a':1}")]
    [InlineData("a = x${?none}y", "{'a':'xy'}")]
    [InlineData("a = ${?none} ${?none}", "{}")]
    [InlineData("a = ${?none} [1]", "{'a':[1]}")]
    [InlineData("a = ${?none} { x = 1 }", "{'a':{'x':1}}")]
    [InlineData("a { x = 1 }, a = ${?none}, a { y = 2 }", "{'a':{'x':1,'y':2}}")]
    [InlineData("b = 5, c = ${?b.x}", "{'b':5}")]
    public void An_optional_substitution_without_value_leaves_no_trace(string text, string expected) =>
        Same(expected, text);

    [Theory]
    [InlineData("path = a, path = ${path}\":x\"", "{'path':'a:x'}")]
    [InlineData("path = [1], path = ${path} [2], path = [0] ${path}", "{'path':[0,1,2]}")]
    [InlineData("a = ${?a}foo", "{'a':'foo'}")]
    [InlineData("a { x = 1 }, a = ${a} { y = 2 }", "{'a':{'x':1,'y':2}}")]
    [InlineData("a { x = { y = 1 } }, a = ${a.x}", "{'a':{'x':{'y':1},'y':1}}")]
    [InlineData("foo { a { c = 1 } }, foo = ${foo.a}, foo { a = 2 }", "{'foo':{'a':2,'c':1}}")]
    [InlineData("a.b = 1, a.b = ${a.b}2", "{'a':{'b':'12'}}")]
    [InlineData("a = 1, b = ${a}, a = ${a}2", "{'a':'12','b':'12'}")]
    public void A_reference_to_itself_means_the_earlier_value(string text, string expected) => Same(expected, text);

    [Theory]
    [InlineData("bar { foo = 42, baz = ${bar.foo} }", "{'bar':{'foo':42,'baz':42}}")]
    [InlineData("bar { foo = 42, baz = ${bar.foo} }, bar { foo = 43 }", "{'bar':{'foo':43,'baz':43}}")]
    [InlineData(
        "bar { a = ${foo.d}, b = 1 }, bar.b = 3, foo { c = ${bar.b}, d = 2 }, foo.d = 4",
        "{'bar':{'a':4,'b':3},'foo':{'c':3,'d':4}}")]
    [InlineData("base { x = 1 }, a = ${base}, a { x = 2 }, b = ${a.x}", "{'base':{'x':1},'a':{'x':2},'b':2}")]
    [InlineData("base { x = 1 }, a { x = 2 }, a = ${base}, b = ${a.x}", "{'base':{'x':1},'a':{'x':1},'b':1}")]
    [InlineData("a { x = 1 }, a = ${five}, five = 5, b = ${?a.x}", "{'a':5,'five':5}")]
    [InlineData("a = ${none}, a = 1", "{'a':1}")]
    [InlineData("a { x = ${none} }, a { x = 1 }", "{'a':{'x':1}}")]
    public void Only_what_is_needed_is_resolved(string text, string expected) => Same(expected, text);

    [Theory]
    [InlineData("a = ${HOME}", "{'a':'/home/x'}")]
    [InlineData("a = ${?HOME}/data", "{'a':'/home/x/data'}")]
    [InlineData("a = ${HOME}, HOME = here", "{'a':'here','HOME':'here'}")]
    [InlineData("a = ${HOME}, HOME = null", "{'a':null,'HOME':null}")]
    [InlineData("a = default, a = ${?NONE}", "{'a':'default'}")]
    [InlineData("a = ${EMPTY}", "{'a':''}")]
    public void What_no_file_sets_comes_from_the_environment(string text, string expected) => Same(expected, text);

    [Theory]
    [InlineData("a = ${a}", "1:5: cycle: a refers to itself and has no earlier value")]
    [InlineData("a = ${b}\nb = ${c}\nc = ${a}", "3:5: cycle: a -> b -> c -> a")]
    [InlineData("a { b = ${a} }", "1:9: cycle: a.b -> a")]
    [InlineData("a = [${a}]", "1:6: cycle: a -> a")]
    [InlineData("x = 1\na = ${?b}\nb = ${?a}", "3:5: cycle: a -> b -> a")]
    [InlineData("a = ${b} { x = 1 }\nb { y = ${a} }", "2:9: cycle: a -> b.y -> a")]
    public void Cycles_are_refused_with_their_chain(string text, string expected) =>
        Assert.Equal($"{HoconText.File}:{expected}", HoconText.Fault(text).Message);

    [Fact]
    public void A_later_file_changes_what_an_earlier_one_refers_to()
    {
        var files = new MemoryFiles().Add("base.conf", "dir = /var\nlog = ${dir}/log");
        var json = HoconText.Json("include \"../base.conf\"\ndir = /tmp", files);
        Assert.Equal("""{"dir":"/tmp","log":"/tmp/log"}""", json);
    }

    private static void Same(string expected, string text) =>
        Assert.Equal(expected.Replace('\'', '"'), HoconText.Json(text, environment: Environment));
}
