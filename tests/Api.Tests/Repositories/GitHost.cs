using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Api.Tests.Repositories;

/// <summary>A host that speaks the contents API of GitHub and Gitea, as far as it is used: files of one repository, by branch and path.</summary>
internal sealed class GitHost : IAsyncDisposable
{
    public const string Token = "host-token-marker";
    private readonly WebApplication _app;

    private GitHost(WebApplication app) => _app = app;

    /// <summary>By branch and path.</summary>
    public ConcurrentDictionary<string, string> Files { get; } = new();

    public ConcurrentQueue<string> Messages { get; } = new();

    /// <summary>Said instead of anything else.</summary>
    public int? Status { get; set; }

    /// <summary>Somebody else changes the file between the two calls.</summary>
    public bool IsOutrun { get; set; }

    public string Url => _app.Urls.First();

    public static async Task<GitHost> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var host = new GitHost(app);
        app.MapGet("/api/v1/repos/acme/flows/contents/{**path}", host.Get);
        app.MapPut("/api/v1/repos/acme/flows/contents/{**path}", host.PutAsync);
        await app.StartAsync();
        return host;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private IResult Get(string path, string @ref, HttpContext context)
    {
        if (Refusal(context) is { } refused) return refused;
        if (!Files.TryGetValue($"{@ref}:{path}", out var content)) return Results.NotFound();
        var file = new JsonObject
        {
            ["type"] = "file",
            ["encoding"] = "base64",
            ["content"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(content), Base64FormattingOptions.InsertLineBreaks),
            ["sha"] = Sha(content),
        };
        if (IsOutrun) Files[$"{@ref}:{path}"] = content + "\n";
        return Json(file, 200);
    }

    private async Task<IResult> PutAsync(string path, HttpContext context)
    {
        if (Refusal(context) is { } refused) return refused;
        var body = (await JsonNode.ParseAsync(context.Request.Body))!;
        var key = $"{body["branch"]}:{path}";
        var present = Files.GetValueOrDefault(key);
        if ((present is null ? null : Sha(present)) != (string?)body["sha"]) return Results.Conflict();
        Files[key] = Encoding.UTF8.GetString(Convert.FromBase64String((string)body["content"]!));
        Messages.Enqueue((string)body["message"]!);
        return Json(new JsonObject { ["commit"] = new JsonObject { ["sha"] = $"commit-{Messages.Count}" } }, present is null ? 201 : 200);
    }

    private IResult? Refusal(HttpContext context)
    {
        if (Status is { } status) return Results.StatusCode(status);
        var known = context.Request.Headers.Authorization == $"token {Token}" && context.Request.Headers.UserAgent.Count > 0;
        return known ? null : Results.Unauthorized();
    }

    private static IResult Json(JsonObject json, int status) => Results.Text(json.ToJsonString(), "application/json", statusCode: status);

    private static string Sha(string content) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content)));
}
