using System.Net;
using Api.Hosting;
using Api.Tests.Fixtures;

namespace Api.Tests.Audit;

/// <summary>A stream that is open when somebody loses what let them in ends at once, and no other does (S0-26).</summary>
public sealed class OpenStreamTests : IAsyncLifetime
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private AuditNode _node = null!;
    private TestPerson _ada = null!;
    private Guid _project;

    public async Task InitializeAsync()
    {
        _node = await AuditNode.StartAsync(StoreType.Sqlite);
        await _node.OpenToAllAsync();
        _ada = await _node.Node.PersonAsync("ada");
        _project = await _ada.ProjectAsync();
    }

    public async Task DisposeAsync() => await _node.DisposeAsync();

    [Fact]
    public async Task An_audit_stream_ends_when_its_reader_is_removed_from_the_project()
    {
        var ben = await _node.Node.PersonAsync("ben");
        await _ada.AddAsync(_project, ben, "admin");
        using var his = await FollowAsync(ben.Client, $"/v1/projects/{_project}/audit");
        using var hers = await FollowAsync(_ada.Client, $"/v1/projects/{_project}/audit");
        (await _ada.Client.CallAsync(HttpMethod.Patch, $"/v1/projects/{_project}", """{"name":"seen-by-both"}""", ifMatch: "*")).MustBe(HttpStatusCode.OK);
        await his.UntilAsync("seen-by-both");

        (await _ada.Client.CallAsync(HttpMethod.Delete, $"/v1/projects/{_project}/members/{ben.Id}")).MustBe(HttpStatusCode.NoContent);
        await his.UntilEndAsync();
        (await _ada.Client.CallAsync(HttpMethod.Patch, $"/v1/projects/{_project}", """{"name":"seen-by-her"}""", ifMatch: "*")).MustBe(HttpStatusCode.OK);
        await hers.UntilAsync("seen-by-her");
        (await ben.Client.GetAsync($"/v1/projects/{_project}/audit", null)).MustBe(404, "not_found");
    }

    [Fact]
    public async Task A_log_stream_ends_when_the_token_is_revoked()
    {
        var other = await _ada.WithAsync();
        var workflow = (await _ada.Client.PostAsync($"/v1/projects/{_project}/workflows", Given.Workflow())).MustBe(HttpStatusCode.Created);
        var run = (await _ada.Client.PostAsync($"/v1/projects/{_project}/work-orders", $$"""{"workflowId":"{{workflow.Id}}","input":{} }"""))
            .MustBe(HttpStatusCode.Accepted).Json.GetProperty("runId").GetGuid();
        using var stream = await FollowAsync(other.Client, $"/v1/runs/{run}/logs");

        var tokens = (await other.Client.GetAsync("/v1/users/me/api-tokens", null)).MustBe(HttpStatusCode.OK).Items;
        var mine = tokens.Single(token => token.GetProperty("prefix").GetString() == other.Token[..12]).GetProperty("id").GetGuid();
        (await _ada.Client.CallAsync(HttpMethod.Delete, $"/v1/users/me/api-tokens/{mine}")).MustBe(HttpStatusCode.NoContent);
        await stream.UntilEndAsync();
        (await other.Client.GetAsync($"/v1/runs/{run}/logs", null)).MustBe(401, "unauthorized");
        (await _ada.Client.GetAsync($"/v1/runs/{run}/logs", null)).MustBe(HttpStatusCode.OK);
    }

    private static async Task<OpenStream> FollowAsync(HttpClient client, string url)
    {
        using var limit = new CancellationTokenSource(s_patience);
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.TryAddWithoutValidation("Accept", "text/event-stream");
        var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
        Assert.Equal((HttpStatusCode.OK, "text/event-stream"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        return new OpenStream(response, new StreamReader(await response.Content.ReadAsStreamAsync(limit.Token)));
    }

    private sealed record OpenStream(HttpResponseMessage Response, StreamReader Reader) : IDisposable
    {
        public async Task UntilAsync(string word)
        {
            using var limit = new CancellationTokenSource(s_patience);
            while (await Reader.ReadLineAsync(limit.Token) is { } line)
            {
                if (line.Contains(word, StringComparison.Ordinal)) return;
            }

            Assert.Fail($"The stream ended before {word}.");
        }

        /// <summary>However it ends: cut off, it is not brought to a proper end.</summary>
        public async Task UntilEndAsync()
        {
            using var limit = new CancellationTokenSource(s_patience);
            try
            {
                while (await Reader.ReadLineAsync(limit.Token) is not null)
                {
                }
            }
            catch (Exception e) when (e is IOException or HttpRequestException)
            {
            }
        }

        public void Dispose()
        {
            Reader.Dispose();
            Response.Dispose();
        }
    }
}
