using System.Text.Json;
using Api.Credentials.Schemas;
using Api.Hosting;
using Cluster.Kit;

namespace Api.Tests.Credentials;

public sealed class SchemaTests
{
    private const string Http = """
        {"$schema":"http://json-schema.org/draft-07/schema#","type":"object","additionalProperties":true,
         "properties":{"username":{"type":"string","writeOnly":true},"baseUrl":{"anyOf":[{"type":"string"},{"type":"null"}],"format":"uri","minLength":1},
          "port":{"type":"integer","minimum":1,"maximum":65535},"mode":{"enum":["a","b"]},"list":{"type":"array","items":{"type":"string"},"maxItems":2},
          "code":{"type":"string","pattern":"^[A-Z]{2}$"}},
         "required":["username"]}
        """;

    [Theory]
    [InlineData("""{"username":"a"}""")]
    [InlineData("""{"username":"a","baseUrl":null,"more":{}}""")]
    [InlineData("""{"username":"a","baseUrl":"https://example.org","port":80,"mode":"b","list":["x"],"code":"KE"}""")]
    public void What_the_schema_allows_passes(string body) => Assert.Empty(Faults(Http, body));

    [Theory]
    [InlineData("""{}""", "/body/username")]
    [InlineData("""{"username":7}""", "/body/username")]
    [InlineData("""{"username":"a","baseUrl":"no uri"}""", "/body/baseUrl")]
    [InlineData("""{"username":"a","baseUrl":5}""", "/body/baseUrl")]
    [InlineData("""{"username":"a","port":1.5}""", "/body/port")]
    [InlineData("""{"username":"a","port":70000}""", "/body/port")]
    [InlineData("""{"username":"a","mode":"c"}""", "/body/mode")]
    [InlineData("""{"username":"a","list":["x",1]}""", "/body/list/1")]
    [InlineData("""{"username":"a","list":["x","y","z"]}""", "/body/list")]
    [InlineData("""{"username":"a","code":"ke"}""", "/body/code")]
    public void What_it_does_not_is_named_by_pointer(string body, string field) => Assert.Equal(field, Assert.Single(Faults(Http, body)));

    [Theory]
    [InlineData("""{"additionalProperties":false,"properties":{}}""", """{"a/b":1}""", "/body/a~1b")]
    [InlineData("""{"oneOf":[{"required":["a"]},{"required":["b"]}]}""", """{"a":1,"b":1}""", "/body")]
    [InlineData("""{"allOf":[{"required":["a"]}]}""", "{}", "/body/a")]
    [InlineData("""{"properties":{"a":{"const":1}}}""", """{"a":2}""", "/body/a")]
    public void Other_keywords_hold_too(string schema, string body, string field) => Assert.Equal(field, Assert.Single(Faults(schema, body)));

    [Fact]
    public async Task The_schema_is_that_of_the_newest_installed_adaptor()
    {
        using var folder = new TempFolder();
        foreach (var version in (string[])["7.2.10", "7.10.0", "6.0.0"])
        {
            var adaptor = Directory.CreateDirectory(Path.Combine(folder.Path, "node_modules", "@openfn", $"language-http_{version}"));
            await File.WriteAllTextAsync(Path.Combine(adaptor.FullName, "configuration-schema.json"), $$"""{"title":"{{version}}"}""");
        }

        var schemas = new AdaptorSchemas(NodeSettings.Default.Worker with { RepoDir = folder.Path });

        foreach (var name in (string[])["http", "@openfn/language-http"])
        {
            using var found = await schemas.FindAsync(name, CancellationToken.None);
            Assert.Equal("7.10.0", found!.RootElement.GetProperty("title").GetString());
        }

        foreach (var name in (string[])["raw", "htt", "../http", "http*", ""]) Assert.Null(await schemas.FindAsync(name, CancellationToken.None));
    }

    private static List<string> Faults(string schema, string body)
    {
        using var rules = JsonDocument.Parse(schema);
        using var value = JsonDocument.Parse(body);
        return [.. SchemaCheck.Of(rules.RootElement, value.RootElement).Select(static fault => fault.Field)];
    }
}
