using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace EndToEnd.Kit;

/// <summary>The REST API and the webhooks of one life of a node, as a client uses them.</summary>
internal sealed class ApiClient : IDisposable
{
    private readonly HttpClient _http;

    public ApiClient(Uri address, string token)
    {
        Address = address;
        _http = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromSeconds(60) };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    public Uri Address { get; }

    public async Task ReadyAsync() =>
        await Until.SomeAsync("the node is ready", async () => await IsReadyAsync() ? this : null);

    public async Task<bool> IsReadyAsync()
    {
        using var answer = await _http.GetAsync("/health/ready");
        return answer.StatusCode == HttpStatusCode.OK;
    }

    public async Task<Guid> CreateProjectAsync(string name) =>
        (await SentAsync(HttpMethod.Post, "/v1/projects", new { name })).GetProperty("id").GetGuid();

    public async Task<SavedWorkflow> SaveWorkflowAsync(Guid project, object workflow)
    {
        var saved = await SentAsync(HttpMethod.Post, $"/v1/projects/{project}/workflows", workflow);
        return new SavedWorkflow(
            saved.GetProperty("id").GetGuid(),
            saved.GetProperty("name").GetString()!,
            saved.GetProperty("trigger").GetProperty("id").GetGuid(),
            saved.GetProperty("jobs").EnumerateArray()
                .ToDictionary(job => job.GetProperty("name").GetString()!, job => job.GetProperty("id").GetGuid()));
    }

    public async Task<Guid> CreateCredentialAsync(string name, object body, Guid project)
    {
        var made = await SentAsync(HttpMethod.Post, "/v1/credentials", new { name, schema = "raw", body });
        var id = made.GetProperty("id").GetGuid();
        using var granted = await _http.PutAsync($"/v1/credentials/{id}/projects/{project}", null);
        Assert.Equal(HttpStatusCode.NoContent, granted.StatusCode);
        return id;
    }

    /// <summary>Posts to a webhook that answers before its run starts.</summary>
    public async Task<Accepted> SubmitAsync(SavedWorkflow workflow, object input)
    {
        using var answer = await PostWebhookAsync(workflow, JsonContent.Create(input));
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return AcceptedOf(answer);
    }

    public static Accepted AcceptedOf(HttpResponseMessage answer) =>
        new(Header(answer, "x-meta-work-order-id"), Header(answer, "x-meta-run-id"));

    public Task<HttpResponseMessage> PostWebhookAsync(SavedWorkflow workflow, HttpContent content) =>
        _http.PostAsync($"/i/{workflow.TriggerId}", content);

    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request) => _http.SendAsync(request);

    public Task<RunView> RunAsync(Guid id) => GetAsync<RunView>($"/v1/runs/{id}");

    public Task<WorkOrderView> WorkOrderAsync(Guid id) => GetAsync<WorkOrderView>($"/v1/work-orders/{id}");

    public Task<RunView> StartOfRunAsync(Guid id) =>
        Until.SomeAsync($"run {id} has started", async () => await RunAsync(id) is { State: "started" } run ? run : null);

    /// <summary>The run once it is in a final state.</summary>
    public Task<RunView> EndOfRunAsync(Guid id, TimeSpan? within = null) =>
        Until.SomeAsync(
            $"run {id} has ended",
            async () => await RunAsync(id) is { IsFinal: true } run ? run : null,
            within ?? TimeSpan.FromSeconds(120));

    public async Task<RunView> CancelAsync(Guid id)
    {
        using var answer = await _http.PostAsync($"/v1/runs/{id}:cancel", null);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync<RunView>())!;
    }

    public async Task<IReadOnlyList<LogLineView>> LogAsync(Guid run)
    {
        var lines = new List<LogLineView>();
        for (string? after = ""; after is not null;)
        {
            var path = $"/v1/runs/{run}/logs?limit=200" + (after.Length == 0 ? "" : $"&after={after}");
            var page = await GetAsync<JsonElement>(path);
            lines.AddRange(page.GetProperty("items").Deserialize<List<LogLineView>>(JsonSerializerOptions.Web)!);
            after = page.TryGetProperty("next", out var next) ? Uri.EscapeDataString(next.GetString()!) : null;
        }

        return lines;
    }

    public Task<JsonElement> DataclipAsync(Guid id) => GetAsync<JsonElement>($"/v1/dataclips/{id}/body");

    public Task<string> TextAsync(string path) => _http.GetStringAsync(path);

    /// <summary>Lines of a run's log as they are stored, from a stream of server-sent events.</summary>
    public async IAsyncEnumerable<(string Event, JsonElement Data)> FollowLogAsync(Guid run)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/runs/{run}/logs");
        request.Headers.Accept.ParseAdd("text/event-stream");
        using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(), Encoding.UTF8);
        var name = "";
        while (await reader.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("event: ", StringComparison.Ordinal)) name = line[7..];
            if (line.StartsWith("data: ", StringComparison.Ordinal)) yield return (name, JsonElement.Parse(line[6..]));
        }
    }

    public async Task<JsonElement> SentAsync(HttpMethod method, string path, object body)
    {
        using var request = new HttpRequestMessage(method, path) { Content = JsonContent.Create(body) };
        using var answer = await _http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{method} {path}: {answer.StatusCode} {text}");
        return JsonElement.Parse(text);
    }

    public void Dispose() => _http.Dispose();

    private async Task<T> GetAsync<T>(string path) => (await _http.GetFromJsonAsync<T>(path))!;

    private static Guid Header(HttpResponseMessage answer, string name) =>
        Guid.Parse(answer.Headers.GetValues(name).Single());
}
