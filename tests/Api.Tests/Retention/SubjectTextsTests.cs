using System.Text;
using Api.Erasures;

namespace Api.Tests.Retention;

public sealed class SubjectTextsTests
{
    [Theory]
    [InlineData("""{"name":"ada lovelace"}""")]
    [InlineData("""{"name":"ADA LOVELACE"}""")]
    [InlineData("""{"name":"\u0041da Lovelac\u0065"}""")]
    [InlineData("""{"\u0041da Lovelace":1}""")]
    [InlineData("""{"query":"name=Ada%20Lovelace"}""")]
    [InlineData("""{"query":"name=Ada+Lovelace&x=%20"}""")]
    [InlineData("no JSON at all: Ada Lovelace \\ was here")]
    [InlineData("""["half \ud800 a pair", "\u0041da Lovelace"]""")]
    public void A_person_is_found_however_the_text_is_written(string stored) => Assert.True(Has("Ada Lovelace", stored), stored);

    [Theory]
    [InlineData("Jürgen", """{"name":"JÜRGEN"}""")]
    [InlineData("Jürgen", """{"name":"J\u00fcrgen"}""")]
    [InlineData("Jürgen", """{"query":"n=J%C3%BCrgen"}""")]
    [InlineData("12345", """{"number":9912345}""")]
    [InlineData("say \"hi\"", """{"text":"he would say \"hi\" often"}""")]
    [InlineData("Ada", "{\"x\":\"\uFFFE Ada\"}")]
    public void Characters_count_and_not_how_they_are_written(string text, string stored) => Assert.True(Has(text, stored), stored);

    [Theory]
    [InlineData("""{"name":"Ada Byron"}""")]
    [InlineData("")]
    [InlineData("\\u00")]
    [InlineData("{\"a\":\"\\")]
    public void Others_are_not(string stored) => Assert.False(Has("Ada Lovelace", stored));

    private static bool Has(string text, string stored) => new SubjectTexts([text]).AreIn(Encoding.UTF8.GetBytes(stored));
}
