using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Api.Tests.Fixtures;

/// <summary>An answer read to its end.</summary>
public sealed record Answer(HttpStatusCode Status, HttpResponseHeaders Headers, string? MediaType, string Text)
{
    public JsonElement Json => JsonDocument.Parse(Text).RootElement;

    public Guid Id => Json.GetProperty("id").GetGuid();

    public string ETag => Headers.ETag!.Tag;

    public string? this[string field] => Json.TryGetProperty(field, out var value) ? value.ToString() : null;

    public JsonElement[] Items => [.. Json.GetProperty("items").EnumerateArray()];

    /// <summary>Checks that this is the problem, in the one form that problems have.</summary>
    public Answer MustBe(int status, string code)
    {
        Assert.True(status == (int)Status, $"expected {status} {code}, got {(int)Status}: {Text}");
        Assert.Equal("application/problem+json", MediaType);
        Assert.Equal(code, this["code"]);
        Assert.Equal(status, Json.GetProperty("status").GetInt32());
        Assert.Equal("urn:cluster:problem:" + code, this["type"]);
        Assert.False(string.IsNullOrEmpty(this["title"]));
        return this;
    }

    public Answer MustBe(HttpStatusCode status)
    {
        Assert.True(status == Status, $"expected {(int)status}, got {(int)Status}: {Text}");
        return this;
    }

    public Answer MustNameField(string field)
    {
        Assert.Contains(Json.GetProperty("errors").EnumerateArray(), fault => fault.GetProperty("field").GetString() == field);
        return this;
    }
}

internal static class Requests
{
    public static Task<Answer> GetAsync(this HttpClient client, string url, string? accept = null) =>
        client.CallAsync(HttpMethod.Get, url, accept: accept);

    public static Task<Answer> PostAsync(this HttpClient client, string url, string body, string type = "application/json") =>
        client.CallAsync(HttpMethod.Post, url, body, type);

    public static async Task<Answer> CallAsync(
        this HttpClient client,
        HttpMethod method,
        string url,
        string? body = null,
        string type = "application/json",
        string? ifMatch = null,
        string? accept = null,
        (string Name, string Value)? header = null)
    {
        using var request = new HttpRequestMessage(method, url);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        if (ifMatch is not null) request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        if (accept is not null) request.Headers.TryAddWithoutValidation("Accept", accept);
        if (header is var (name, value)) request.Headers.TryAddWithoutValidation(name, value);
        return await client.ReadAsync(request);
    }

    public static async Task<Answer> ReadAsync(
        this HttpClient client, HttpRequestMessage request, CancellationToken cancellationToken = default)
    {
        using var response = await client.SendAsync(request, cancellationToken);
        return new Answer(
            response.StatusCode,
            response.Headers,
            response.Content.Headers.ContentType?.MediaType,
            await response.Content.ReadAsStringAsync(cancellationToken));
    }
}
