using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Actors.Projects;
using Api.Egress;
using Api.ReadModels;

namespace Api.Repositories;

/// <summary>
/// The two calls that GitHub and Gitea have in common: what a file is now, and what it shall be. Each write names the version that it
/// replaces, so that nobody's change is lost.
/// </summary>
internal sealed class ContentsApi(EgressClients clients) : IDisposable
{
    /// <summary>Files above a megabyte come without their content from GitHub; those are written whatever they are.</summary>
    private const int MostAnswered = 48 << 20;

    private readonly HttpClient _client = clients.Create(new EgressLimits(MostAnswered, TimeSpan.FromSeconds(30)));

    public void Dispose() => _client.Dispose();

    /// <summary>Never throws for what the host does or does not do.</summary>
    public async Task<SyncResult> WriteAsync(
        RepositoryRow repository, string token, string content, string message, CancellationToken cancellationToken)
    {
        try
        {
            var (sha, present, error) = await LookAsync(repository, token, cancellationToken);
            if (error is not null) return new SyncResult(null, error);
            return present == content
                ? new SyncResult(null, null)
                : await PutAsync(repository, token, sha, content, message, cancellationToken);
        }
        catch (EgressBlockedException)
        {
            return new SyncResult(null, SyncErrors.Blocked);
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException)
        {
            return new SyncResult(null, SyncErrors.Unreachable);
        }
        catch (Exception fault) when (fault is JsonException or FormatException or InvalidOperationException)
        {
            return new SyncResult(null, SyncErrors.Refused);
        }
    }

    private async Task<(string? Sha, string? Content, string? Error)> LookAsync(
        RepositoryRow repository, string token, CancellationToken cancellationToken)
    {
        using var request = Request(HttpMethod.Get, repository, $"?ref={Uri.EscapeDataString(repository.Branch)}", token);
        using var response = await _client.SendAsync(request, cancellationToken);
        if (response.StatusCode == HttpStatusCode.NotFound) return (null, null, null);
        if (ErrorOf(response.StatusCode) is { } error) return (null, null, error);

        var file = await ReadAsync(response, cancellationToken);
        var encoded = file?["encoding"]?.GetValue<string>() == "base64" ? file["content"]?.GetValue<string>() : null;
        var content = encoded is null ? null : Encoding.UTF8.GetString(Convert.FromBase64String(encoded));
        return (file?["sha"]?.GetValue<string>(), content, file is null ? SyncErrors.Refused : null);
    }

    private async Task<SyncResult> PutAsync(
        RepositoryRow repository, string token, string? sha, string content, string message, CancellationToken cancellationToken)
    {
        var body = new JsonObject
        {
            ["message"] = message,
            ["content"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(content)),
            ["branch"] = repository.Branch,
        };
        if (sha is not null) body["sha"] = sha;

        using var request = Request(HttpMethod.Put, repository, "", token);
        request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        using var response = await _client.SendAsync(request, cancellationToken);
        if (ErrorOf(response.StatusCode) is { } error) return new SyncResult(null, error);
        var commit = (await ReadAsync(response, cancellationToken))?["commit"]?["sha"]?.GetValue<string>();
        return commit is { Length: > 0 and <= 100 } ? new SyncResult(commit, null) : new SyncResult(null, SyncErrors.Refused);
    }

    private static HttpRequestMessage Request(HttpMethod method, RepositoryRow repository, string query, string token)
    {
        var path = string.Join('/', repository.Path.Split('/').Select(Uri.EscapeDataString));
        var request = new HttpRequestMessage(method, $"{repository.ApiUrl.TrimEnd('/')}/repos/{repository.Name}/contents/{path}{query}");
        request.Headers.Authorization = new AuthenticationHeaderValue("token", token);
        request.Headers.Accept.ParseAdd("application/json");
        request.Headers.UserAgent.ParseAdd("cluster-node");
        return request;
    }

    private static async Task<JsonObject?> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken) =>
        JsonNode.Parse(await response.Content.ReadAsStringAsync(cancellationToken)) as JsonObject;

    private static string? ErrorOf(HttpStatusCode status) => status switch
    {
        HttpStatusCode.OK or HttpStatusCode.Created => null,
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => SyncErrors.Unauthorized,
        HttpStatusCode.NotFound => SyncErrors.NotFound,
        HttpStatusCode.Conflict => SyncErrors.Conflict,
        HttpStatusCode.RequestEntityTooLarge => SyncErrors.TooLarge,
        >= HttpStatusCode.InternalServerError => SyncErrors.Unreachable,
        _ => SyncErrors.Refused,
    };
}
