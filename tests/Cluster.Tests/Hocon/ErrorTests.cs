using System.Text;
using Cluster.Hocon;

namespace Cluster.Tests.Hocon;

public sealed class ErrorTests
{
    [Theory]
    [InlineData("a = 1\n  b", "2:4: expected '=', ':' or '{' after the key, found the end of the file")]
    [InlineData("a = ", "1:5: expected a value, found the end of the file")]
    [InlineData("a = 1\nb = }", "2:5: expected a value, found '}'")]
    [InlineData("a = 1 }", "1:7: expected a comma or a new line, found '}'")]
    [InlineData("{ a = 1", "1:8: the object opened at 1:1 is not closed")]
    [InlineData("{} x", "1:4: expected the end of the file, found unquoted text")]
    [InlineData("}", "1:1: expected a key, found '}'")]
    [InlineData("[1]", "1:1: expected an object at the root, found '['")]
    [InlineData("a = [1,,2]", "1:8: expected a value, found ','")]
    [InlineData("a = [,1]", "1:6: expected a value, found ','")]
    [InlineData("a = 1,, b = 2", "1:7: expected a key, found ','")]
    [InlineData(", a = 1", "1:1: expected a key, found ','")]
    [InlineData("a = b:c", "1:6: ':' inside a value must be in quotes")]
    [InlineData("a = [1 = 2]", "1:8: '=' inside a value must be in quotes")]
    [InlineData("a = \"x", "1:5: the quoted string is not closed")]
    [InlineData("a = \"x\ny\"", "1:5: the quoted string is not closed")]
    [InlineData("a = \"\"\"x\n", "1:5: the multi-line string is not closed")]
    [InlineData("a = \"\\x\"", "1:6: unknown escape; known are \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX")]
    [InlineData("a = \"\\u12\"", "1:6: \\u must be followed by four hexadecimal digits")]
    [InlineData("a = \"\t\"", "1:6: control character U+0009 must be escaped")]
    [InlineData("a = $b", "1:5: '$' must be followed by '{', or be in quotes")]
    [InlineData("a = @b", "1:5: '@' is reserved; put the text in quotes")]
    [InlineData("a = x+y", "1:6: '+' is reserved; put the text in quotes")]
    [InlineData("a..b = 1", "1:1: an empty part of a path must be quoted")]
    [InlineData("a = 1\n.b = 1", "2:1: an empty part of a path must be quoted")]
    [InlineData("b. = 1", "1:1: an empty part of a path must be quoted")]
    [InlineData("a = ${b", "1:8: expected a path and '}' in the substitution, found the end of the file")]
    [InlineData("a = ${}", "1:5: an empty part of a path must be quoted")]
    [InlineData("a = ${b${c}}", "1:8: expected a path and '}' in the substitution, found a substitution")]
    [InlineData("${a} = 1", "1:1: expected a key, found a substitution")]
    [InlineData("x = 1\ny = a ${b.\"c d\"}", "2:7: ${b.\"c d\"} is set neither in a file nor in the environment")]
    [InlineData("a = 5\na += 6", "2:3: '+=' needs an array, the earlier value is a number")]
    [InlineData("a = [1] ${b}\nb = x", "1:9: cannot put a string next to an array")]
    [InlineData("a = { x = 1 } 5", "1:15: an object can only stand next to other objects")]
    [InlineData("a = { x = 1 } ${b}\nb = true", "1:15: must be an object next to an object, but is a boolean")]
    public void A_fault_is_reported_with_its_position(string text, string expected) =>
        Assert.Equal($"{HoconText.File}:{expected}", HoconText.Fault(text).Message);

    [Theory]
    [InlineData("secret = hunter2 : x")]
    [InlineData("secret = \"hunter2")]
    [InlineData("secret = hunter2 { }")]
    [InlineData("secret = hunter2 [ ]")]
    [InlineData("{} hunter2")]
    [InlineData("secret = hunter2, secret += 1")]
    [InlineData("secret = hunter2 $")]
    public void A_fault_never_quotes_a_value(string text) =>
        Assert.DoesNotContain("hunter2", HoconText.Fault(text).Message, StringComparison.Ordinal);

    [Fact]
    public void Bytes_that_are_not_utf8_are_located()
    {
        var files = new MemoryFiles().Add(HoconText.File, [.. Encoding.UTF8.GetBytes("a = 1\nb = \u00e4"), 0xC3, 0x28]);
        var fault = Assert.Throws<HoconException>(() => HoconText.Read(files));
        Assert.Equal($"{HoconText.File}:2:6: not valid UTF-8", fault.Message);
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        var fault = Assert.Throws<HoconException>(() => HoconText.Read(new MemoryFiles()));
        Assert.Equal($"{HoconText.File}:1:1: the file does not exist", fault.Message);
    }
}
