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
    private readonly HttpClient _http;
    private Guid _project;

    private BenchApi(BenchNode node)
    {
        _http = new HttpClient { BaseAddress = node.Url };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", node.Token);
    }

    public static async Task<BenchApi> ConnectAsync(BenchNode node)
    {
        var api = new BenchApi(node);
        var project = await api.PostAsync("/v1/projects", new { name = "bench" });
        api._project = project.GetProperty("id").GetGuid();
        return api;
    }

    /// <summary>A webhook and a chain of jobs behind it.</summary>
    /// <returns>The trigger's id.</returns>
    public async Task<Guid> MakeWorkflowAsync(string name, int steps)
    {
        var jobs = Enumerable.Range(1, steps).Select(step => new
        {
            name = $"job-{step}",
            adaptor = Adaptor,
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

    private async Task<JsonElement> PostAsync(string path, object document)
    {
        using var answer = await _http.PostAsJsonAsync(path, document);
        if (!answer.IsSuccessStatusCode)
            throw new BenchFailedException($"{path}: {answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }
}
