using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace EndToEnd.Chaos.Clients;

/// <summary>Clients that race to update the settings of projects: each reads, and then writes over what it has read.</summary>
internal sealed class Registers(Front front, IReadOnlyList<Guid> projects, int clientsPerProject, TimeSpan pause)
{
    private readonly ConcurrentQueue<RegisterCall> _calls = new();

    public IReadOnlyCollection<RegisterCall> Calls => _calls;

    public ConcurrentDictionary<string, int> Failures { get; } = new();

    /// <summary>Runs until it is cancelled and every call has ended.</summary>
    public Task RunAsync(CancellationToken stop) => Task.WhenAll(
        from project in projects from client in Enumerable.Range(1, clientsPerProject) select RunAsync(project, client, stop));

    private async Task RunAsync(Guid project, int client, CancellationToken stop)
    {
        for (var number = 1; !stop.IsCancellationRequested; number++)
        {
            if (await ReadAsync(project) is { } version) await UpdateAsync(project, version, $"{client}-{number}");
            await Task.Delay(pause * (0.5 + Random.Shared.NextDouble()), stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<long?> ReadAsync(Guid project)
    {
        var began = Stopwatch.GetTimestamp();
        using var answer = await front.SendAsync(() => new HttpRequestMessage(HttpMethod.Get, PathOf(project)));
        var ended = Stopwatch.GetTimestamp();
        if (Note(answer) != Heard.Done) return null;
        var read = await answer!.Content.ReadFromJsonAsync<JsonElement>();
        var value = read.TryGetProperty("description", out var description) ? description.GetString() ?? "" : "";
        var version = read.GetProperty("version").GetInt64();
        _calls.Enqueue(new RegisterCall(project, IsUpdate: false, version, value, Heard.Done, IsMismatch: false, began, ended));
        return version;
    }

    private async Task UpdateAsync(Guid project, long version, string value)
    {
        var began = Stopwatch.GetTimestamp();
        using var answer = await front.SendAsync(() => new HttpRequestMessage(HttpMethod.Patch, PathOf(project))
        {
            Content = JsonContent.Create(new { description = value }),
            Headers = { IfMatch = { new EntityTagHeaderValue($"\"{version}\"") } },
        });
        var ended = Stopwatch.GetTimestamp();
        var isMismatch = answer?.StatusCode == HttpStatusCode.PreconditionFailed;
        _calls.Enqueue(new RegisterCall(project, IsUpdate: true, version, value, Note(answer), isMismatch, began, ended));
    }

    private Heard Note(HttpResponseMessage? answer)
    {
        var heard = Front.Heard(answer);
        if (heard != Heard.Done) Failures.AddOrUpdate(answer is null ? "none" : $"{(int)answer.StatusCode}", 1, (_, count) => count + 1);
        return heard;
    }

    private static Uri PathOf(Guid project) => new($"/v1/projects/{project}", UriKind.Relative);
}
