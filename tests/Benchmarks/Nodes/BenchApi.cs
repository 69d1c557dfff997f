using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Cluster.Benchmarks.Nodes;

/// <summary>Makes what a bench sends to.</summary>
internal sealed class BenchApi : IDisposable
{
    private const string Adaptor = "@openfn/language-common@3.3.4";
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);
    private readonly BenchNode _node;
    private readonly HttpClient _http = new();
    private Guid _project;

    private BenchApi(BenchNode node)
    {
        _node = node;
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", node.Token);
    }

    public static async Task<BenchApi> ConnectAsync(BenchNode node)
    {
        var api = new BenchApi(node);
        var project = await api.PostAsync("/v1/projects", new { name = "bench" });
        api._project = project.GetProperty("id").GetGuid();
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

    /// <summary>A webhook and a chain of jobs behind it.</summary>
    /// <param name="credential">What every job uses.</param>
    /// <returns>The trigger's id.</returns>
    public async Task<Guid> MakeWorkflowAsync(string name, int steps, Guid? credential = null)
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
        var workflow = await PostAsync(
            $"/v1/projects/{_project}/workflows",
            new { name, trigger = new { type = "webhook", enabled = true }, jobs, edges });
        return workflow.GetProperty("trigger").GetProperty("id").GetGuid();
    }

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
