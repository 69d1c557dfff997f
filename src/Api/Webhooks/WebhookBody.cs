using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Api.Intake;
using Microsoft.AspNetCore.WebUtilities;

namespace Api.Webhooks;

/// <summary>Bodies that webhooks take: JSON as it is, forms as an object, nothing as an empty object.</summary>
internal static class WebhookBody
{
    private const int MaxFormFields = 1_000;
    private static readonly ReceivedBody Empty = new("{}"u8.ToArray());

    public static async ValueTask<(ReceivedBody Body, BodyFault Fault)> ReadAsync(
        HttpRequest request, BodyReader bodies, int limit, CancellationToken cancellationToken)
    {
        if (request.ContentLength == 0) return (Empty, BodyFault.None);
        var type = request.ContentType;
        var isForm = IsType(type, "application/x-www-form-urlencoded");
        var isJson = !isForm && (IsType(type, "application/json") || request.HasJsonContentType());
        if (!isForm && !isJson && request.ContentLength > 0) return (Empty, BodyFault.Unsupported);

        var (body, fault) = await bodies.ReadAsync(request, limit, cancellationToken);
        if (fault != BodyFault.None) return (Empty, fault);
        if (body.Bytes.IsEmpty) return (Empty, BodyFault.None);
        if (isJson) return (body, JsonCheck.IsValid(body.Bytes.Span) ? BodyFault.None : BodyFault.Invalid);
        if (!isForm) return (Empty, BodyFault.Unsupported);
        return Form(body.Bytes.Span) is { } json ? (new ReceivedBody(json), BodyFault.None) : (Empty, BodyFault.Invalid);
    }

    private static bool IsType(string? contentType, string wanted) =>
        contentType is not null
        && contentType.StartsWith(wanted, StringComparison.OrdinalIgnoreCase)
        && (contentType.Length == wanted.Length || contentType[wanted.Length] is ';' or ' ');

    /// <summary>Fields as strings; one that is given several times becomes an array.</summary>
    private static byte[]? Form(ReadOnlySpan<byte> body)
    {
        if (!Utf8.IsValid(body)) return null;
        var json = new ArrayBufferWriter<byte>(body.Length + 64);
        try
        {
            using var reader = new FormReader(Encoding.UTF8.GetString(body))
            {
                ValueCountLimit = MaxFormFields,
                KeyLengthLimit = 2_048,
                ValueLengthLimit = int.MaxValue,
            };
            using var writer = new Utf8JsonWriter(json);
            writer.WriteStartObject();
            foreach (var (name, values) in reader.ReadForm())
            {
                if (values.Count == 1)
                {
                    writer.WriteString(name, values[0]);
                    continue;
                }

                writer.WriteStartArray(name);
                foreach (var value in values) writer.WriteStringValue(value);
                writer.WriteEndArray();
            }

            writer.WriteEndObject();
        }
        catch (InvalidDataException)
        {
            return null;
        }

        return json.WrittenSpan.ToArray();
    }
}
