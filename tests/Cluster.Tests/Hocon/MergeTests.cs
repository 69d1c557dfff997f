using Cluster.Hocon;

namespace Cluster.Tests.Hocon;

public sealed class MergeTests
{
    [Theory]
    [InlineData("a = 1, a = 2", "{'a':2}")]
    [InlineData("a { x = 1 }, a { y = 2 }", "{'a':{'x':1,'y':2}}")]
    [InlineData("a { x = 1, y = 1 }, a { y = 2 }", "{'a':{'x':1,'y':2}}")]
    [InlineData("a { b { x = 1 } }, a.b.y = 2", "{'a':{'b':{'x':1,'y':2}}}")]
    [InlineData("a { x = 1 }, a = null, a { y = 2 }", "{'a':{'y':2}}")]
    [InlineData("a { x = 1 }, a = 5", "{'a':5}")]
    [InlineData("a = 5, a { x = 1 }", "{'a':{'x':1}}")]
    [InlineData("a = [1], a = [2]", "{'a':[2]}")]
    public void Later_values_win_and_objects_merge(string text, string expected) => Same(expected, text);

    [Theory]
    [InlineData("a = [1], a += 2, a += 3", "{'a':[1,2,3]}")]
    [InlineData("a += 1", "{'a':[1]}")]
    [InlineData("a = ${b}, a += 2, b = [1]", "{'a':[1,2],'b':[1]}")]
    [InlineData("o { a = [1] }, o { a += { x = 2 } }", "{'o':{'a':[1,{'x':2}]}}")]
    public void Plus_equals_appends_one_element(string text, string expected) => Same(expected, text);

    [Theory]
    [InlineData("a = 1 2  3", "{'a':'1 2  3'}")]
    [InlineData("a = \"x\" y\"z\"", "{'a':'x yz'}")]
    [InlineData("a = null true 1.50", "{'a':'null true 1.50'}")]
    [InlineData("a = [1] [2]", "{'a':[1,2]}")]
    [InlineData("a = [1]\n[2]", null)]
    [InlineData("a = { x = 1 } { y = 2 }", "{'a':{'x':1,'y':2}}")]
    [InlineData("b { x = 1 }, a = ${b} { y = 2 }", "{'b':{'x':1},'a':{'x':1,'y':2}}")]
    [InlineData("b { x = 1 }, a = ${b} { y = ${a.x} }", "{'b':{'x':1},'a':{'x':1,'y':1}}")]
    [InlineData("b { x = 1 }, c { x = 2, y = 3 }, a = ${b} ${c}", "{'b':{'x':1},'c':{'x':2,'y':3},'a':{'x':2,'y':3}}")]
    [InlineData("b = [1], a = ${b} [2] ${b}", "{'b':[1],'a':[1,2,1]}")]
    [InlineData("a = [ 1 2, x y ]", "{'a':['1 2','x y']}")]
    [InlineData("a = [ { x = 1 } { y = 2 } ]", "{'a':[{'x':1,'y':2}]}")]
    [InlineData("a = { x = 1 } 5", null)]
    [InlineData("a = [1] 5", null)]
    [InlineData("a = [1] { x = 1 }", null)]
    [InlineData("a = ${b} { x = 1 }, b = 5", null)]
    [InlineData("a = ${b} 5, b = [1]", null)]
    [InlineData("a = 5, a += 6", null)]
    public void Neighbours_are_joined_when_they_are_of_one_kind(string text, string? expected)
    {
        if (expected is null) Assert.Throws<HoconException>(() => HoconText.Read(text));
        else Same(expected, text);
    }

    private static void Same(string expected, string text) =>
        Assert.Equal(expected.Replace('\'', '"'), HoconText.Json(text));
}
