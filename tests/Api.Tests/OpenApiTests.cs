using System.Text.Json;
using System.Text.RegularExpressions;
using Api.Security;
using Api.Tests.Fixtures;

namespace Api.Tests;

public sealed partial class OpenApiTests(SharedNode shared) : IClassFixture<SharedNode>, IAsyncLifetime
{
    /// <summary>Routes that the document leaves out: itself, and sockets, which OpenAPI cannot describe.</summary>
    private static readonly string[] Undocumented = ["/openapi/{documentName}.json", "/worker/websocket"];

    private JsonElement _document;

    public async Task InitializeAsync() => _document = (await shared.Node.Open.GetAsync("/openapi/v1.json", null)).Json;

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public void The_document_names_the_routes_of_the_table_and_no_others()
    {
        var table = RouteTable.Routes.Where(route => !Undocumented.Contains(route.Pattern))
            .Select(route => $"{route.Method} {Plain(route.Pattern)}").Order().ToArray();
        var documented = Operations().Select(operation => operation.Name).Order().ToArray();
        Assert.Equal(table, documented);
    }

    [Fact]
    public void Every_operation_says_what_it_does_and_takes()
    {
        Assert.All(Operations(), operation =>
        {
            Assert.False(string.IsNullOrWhiteSpace(operation.Value.GetProperty("summary").GetString()), operation.Name);
            Assert.False(string.IsNullOrWhiteSpace(operation.Value.GetProperty("operationId").GetString()), operation.Name);
            var named = PathParameters().Matches(operation.Name).Select(match => match.Groups[1].Value);
            var documented = operation.Value.TryGetProperty("parameters", out var list)
                ? list.EnumerateArray().Where(item => item.GetProperty("in").GetString() == "path").Select(item => item.GetProperty("name").GetString()!)
                : [];
            Assert.Equal(named.Order(), documented.Order());
        });
    }

    [Fact]
    public void Every_guarded_operation_names_its_security_and_its_problems()
    {
        var open = RouteTable.Routes.Where(route => route.Needs == Permission.Open).Select(route => $"{route.Method} {Plain(route.Pattern)}");
        Assert.All(Operations().Where(operation => operation.Name.Contains(" /v1/", StringComparison.Ordinal)).ExceptBy(open, operation => operation.Name), operation =>
        {
            Assert.True(operation.Value.TryGetProperty("security", out _), operation.Name);
            var responses = operation.Value.GetProperty("responses");
            Assert.Contains("`unauthorized`", responses.GetProperty("401").GetProperty("description").GetString());
            Assert.Contains(responses.EnumerateObject(), response => response.Name[0] == '2');
            foreach (var problem in responses.EnumerateObject().Where(response => response.Name[0] is '4' or '5'))
                Assert.True(problem.Value.GetProperty("content").TryGetProperty("application/problem+json", out _), operation.Name);
        });
    }

    [Fact]
    public void Operation_ids_are_unique() =>
        Assert.Equal(
            Operations().Count(),
            Operations().Select(operation => operation.Value.GetProperty("operationId").GetString()).Distinct().Count());

    [Fact]
    public void Changes_of_definitions_document_If_Match()
    {
        var put = Operations().Single(operation => operation.Name == "PUT /v1/projects/{projectId}/workflows/{workflowId}").Value;
        var header = put.GetProperty("parameters").EnumerateArray().Single(item => item.GetProperty("in").GetString() == "header");
        Assert.Equal("If-Match", header.GetProperty("name").GetString());
        Assert.True(header.GetProperty("required").GetBoolean());
        Assert.Contains("`version_mismatch`", put.GetProperty("responses").GetProperty("412").ToString());
    }

    private static string Plain(string pattern) =>
        Constraint().Replace(pattern, "}").Replace("{**", "{", StringComparison.Ordinal);

    private IEnumerable<(string Name, JsonElement Value)> Operations() =>
        from path in _document.GetProperty("paths").EnumerateObject()
        from operation in path.Value.EnumerateObject()
        select ($"{operation.Name.ToUpperInvariant()} {path.Name}", operation.Value);

    [GeneratedRegex(@":(guid|int)\}")]
    private static partial Regex Constraint();

    [GeneratedRegex(@"\{(\w+)\}")]
    private static partial Regex PathParameters();
}
