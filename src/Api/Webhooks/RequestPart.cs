using System.Buffers;
using System.Text.Json;

namespace Api.Webhooks;

/// <summary>What a webhook's dataclip keeps of the request besides its body; secrets are redacted.</summary>
internal static class RequestPart
{
    private const string Redacted = "[REDACTED]";
    private static readonly JsonWriterOptions Options = new() { SkipValidation = true };

    public static ReadOnlyMemory<byte> Write(HttpRequest request)
    {
        var bytes = new ArrayBufferWriter<byte>(512);
        using var json = new Utf8JsonWriter(bytes, Options);
        json.WriteStartObject();
        json.WriteString("method"u8, request.Method);
        WritePath(json, request.Path.Value ?? "");
        WriteQuery(json, request.Query);
        WriteHeaders(json, request.Headers);
        json.WriteEndObject();
        json.Flush();
        return bytes.WrittenMemory;
    }

    private static void WritePath(Utf8JsonWriter json, ReadOnlySpan<char> path)
    {
        json.WriteStartArray("path"u8);
        foreach (var range in path.Split('/'))
        {
            if (!path[range].IsEmpty) json.WriteStringValue(path[range]);
        }

        json.WriteEndArray();
    }

    private static void WriteQuery(Utf8JsonWriter json, IQueryCollection query)
    {
        json.WriteStartObject("query_params"u8);
        foreach (var (name, values) in query) json.WriteString(name, values.ToString());
        json.WriteEndObject();
    }

    private static void WriteHeaders(Utf8JsonWriter json, IHeaderDictionary headers)
    {
        json.WriteStartObject("headers"u8);
        foreach (var (name, values) in headers)
        {
            json.WriteString(name.ToLowerInvariant(), IsSecret(name) ? RedactedOf(values.ToString()) : values.ToString());
        }

        json.WriteEndObject();
    }

    /// <summary>Who reads a request may see how its caller proved who it is.</summary>
    private static string RedactedOf(string value) =>
        value.StartsWith(WebhookAuth.BasicScheme, StringComparison.OrdinalIgnoreCase) ? "Basic " + Redacted : Redacted;

    private static bool IsSecret(string header) =>
        header.Equals("authorization", StringComparison.OrdinalIgnoreCase)
        || header.Equals("cookie", StringComparison.OrdinalIgnoreCase)
        || header.Equals("x-api-key", StringComparison.OrdinalIgnoreCase)
        || header.Equals("proxy-authorization", StringComparison.OrdinalIgnoreCase);
}
