using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Cluster.Benchmarks.Load;

namespace Cluster.Benchmarks.Nodes;

/// <summary>Makes what a bench sends to.</summary>
internal sealed class BenchApi : IDisposable
{
    private const string Adaptor = "@openfn/language-common@3.3.4";
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);
    private readonly BenchNode _node;
    private readonly HttpClient _http;
    private Guid _project;
    private Guid _authMethod;

    private BenchApi(BenchNode node, HttpClient http)
    {
        _node = node;
        _http = http;
    }

    /// <summary>Makes a project.</summary>
    public static Task<BenchApi> ConnectAsync(BenchNode node, string name = "bench")
    {
        var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", node.Token);
        http.DefaultRequestHeaders.Add(WebhookRequest.KeyHeader, WebhookRequest.Key);
        return new BenchApi(node, http).InProjectAsync(name);
    }

    /// <summary>Makes another project. What is returned shares the connections of this one and need not be disposed of.</summary>
    public async Task<BenchApi> InProjectAsync(string name)
    {
        var api = new BenchApi(_node, _http);
        var project = await api.PostAsync("/v1/projects", new { name });
        api._project = project.GetProperty("id").GetGuid();
        var method = await api.PostAsync(
            $"/v1/projects/{api._project}/webhook-auth-methods", new { name = "bench", type = "api", apiKey = WebhookRequest.Key });
        api._authMethod = method.GetProperty("id").GetGuid();
        return api;
    }

    /// <summary>A secret that jobs of the project may use.</summary>
    public async Task<Guid> MakeCredentialAsync(string name)
    {
        var credential = await PostAsync("/v1/credentials", new { name, schema = "raw", body = new { password = "bench" } });
        var id = credential.GetProperty("id").GetGuid();
        await SendAsync(HttpMethod.Put, $"/v1/credentials/{id}/projects/{_project}", null);
        return id;
    }

    /// <summary>How long the project keeps its history, in days.</summary>
    public Task KeepHistoryAsync(int days) => SendAsync(HttpMethod.Patch, $"/v1/projects/{_project}", new { historyRetentionDays = days });

    /// <summary>A webhook that asks for the key, and a chain of jobs behind it.</summary>
    /// <param name="credential">What every job uses.</param>
    /// <returns>The trigger's id.</returns>
    public Task<Guid> MakeWorkflowAsync(string name, int steps, Guid? credential = null)
    {
        var jobs = Enumerable.Range(1, steps).Select(step => new
        {
            name = $"job-{step}",
            adaptor = Adaptor,
            credentialId = credential,
            body = $$"""fn(state => ({ ...state, data: { ...state.data, step: {{step}} } }));""",
        });
        var edges = Enumerable.Range(1, steps).Select(step => new
        {
            from = step == 1 ? "trigger" : $"job-{step - 1}",
            to = $"job-{step}",
        });
        return MakeAsync(new { name, trigger = new { type = "webhook", enabled = true, authMethods = new[] { _authMethod } }, jobs, edges });
    }

    /// <summary>A webhook that answers when its one job is done, as a webhook answers that does not wait.</summary>
    public Task<Guid> MakeSyncWorkflowAsync(string name) => MakeAsync(new
    {
        name,
        trigger = new
        {
            type = "webhook",
            enabled = true,
            authMethods = new[] { _authMethod },
            reply = "after_completion",
            responseCodes = new { success = HttpConnection.Accepted },
        },
        jobs = new[] { new { name = "job-1", adaptor = Adaptor, body = "fn(state => state);" } },
        edges = new[] { new { from = "trigger", to = "job-1" } },
    });

    /// <summary>A webhook whose runs wait for one another: one at a time, each as long as runs may last.</summary>
    public Task<Guid> MakeStuckWorkflowAsync(string name) => MakeAsync(new
    {
        name,
        concurrency = 1,
        trigger = new { type = "webhook", enabled = true, authMethods = new[] { _authMethod } },
        jobs = new[] { new { name = "job-1", adaptor = Adaptor, body = "fn(state => new Promise(done => setTimeout(done, 86400000)));" } },
        edges = new[] { new { from = "trigger", to = "job-1" } },
    });

    /// <summary>Waits until a node has heard of a trigger that was made at another.</summary>
    public async Task KnownAsync(BenchNode node, Guid trigger)
    {
        for (var since = Stopwatch.StartNew(); ; await Task.Delay(50))
        {
            using var answer = await _http.GetAsync(new Uri(node.Url, $"/i/{trigger}"));
            if (answer.IsSuccessStatusCode)
                return;
            if (since.Elapsed > s_patience)
                throw new BenchFailedException($"a node answers {(int)answer.StatusCode} for a new trigger");
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<Guid> MakeAsync(object workflow) =>
        (await PostAsync($"/v1/projects/{_project}/workflows", workflow)).GetProperty("trigger").GetProperty("id").GetGuid();

    private async Task<JsonElement> PostAsync(string path, object document) =>
        JsonElement.Parse(await SendAsync(HttpMethod.Post, path, document));

    private async Task<string> SendAsync(HttpMethod method, string path, object? document)
    {
        using var request = new HttpRequestMessage(method, new Uri(_node.Url, path));
        request.Content = document is null ? null : JsonContent.Create(document);
        if (method == HttpMethod.Patch)
            request.Headers.IfMatch.Add(EntityTagHeaderValue.Any);
        using var answer = await _http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode ? text : throw new BenchFailedException($"{path}: {answer.StatusCode} {text}");
    }
}
