using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;
using Actors.Runs;

namespace Api.Workers;

/// <summary>What a job wants a waiting webhook to be answered with: an object with <c>status</c>, <c>body</c> or both.</summary>
internal static class WebhookResponses
{
    /// <summary>A larger one is not kept.</summary>
    private const int MaxBytes = 1 << 20;

    /// <returns>Null if there is none in it.</returns>
    public static DataclipBody? Read(JsonElement? value, Func<Guid> newId)
    {
        if (value is not { ValueKind: JsonValueKind.Object } response) return null;

        var body = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(body))
        {
            writer.WriteStartObject();
            foreach (var name in (string[])["status", "body"])
            {
                if (!response.TryGetProperty(name, out var part)) continue;
                writer.WritePropertyName(name);
                writer.WriteRawValue(JsonMarshal.GetRawUtf8Value(part), skipInputValidation: true);
            }

            writer.WriteEndObject();
        }

        return body.WrittenCount is > 2 and <= MaxBytes
            ? new DataclipBody(newId(), DataclipType.WebhookResponse, body.WrittenMemory, null)
            : null;
    }

    /// <inheritdoc cref="Read(JsonElement?, Func{Guid})"/>
    /// <param name="json">One JSON value.</param>
    public static DataclipBody? Read(ReadOnlyMemory<byte> json, Func<Guid> newId)
    {
        using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = Socket.PhoenixFrame.MaxDepth });
        return Read(document.RootElement, newId);
    }
}
