using System.Text.Json;
using Actors.Runs;
using Actors.Workflows;
using Api.Intake;

namespace Api.Webhooks;

/// <summary>What a webhook that waited for its run is answered with: the rules of openfn-protocol 13.6. Pure.</summary>
/// <param name="Data">JSON; null where there is a message.</param>
/// <param name="Message">Said in place of data.</param>
internal readonly record struct SyncAnswer(int Status, ReadOnlyMemory<byte>? Data, string? Message)
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = JsonCheck.MaxDepth };

    /// <summary>HTTP allows no body with these.</summary>
    public bool HasBody => Status is not (StatusCodes.Status204NoContent or StatusCodes.Status205ResetContent
        or StatusCodes.Status304NotModified);

    /// <param name="response">The step's own wish, <c>{"status"?, "body"?}</c>; null for none.</param>
    /// <param name="finalState">Null where the run has none.</param>
    public static SyncAnswer Of(RunStatus status, ResponseCodes? codes, byte[]? response, byte[]? finalState)
    {
        var usual = new SyncAnswer(UsualStatus(status, codes), null, null);
        usual = status == RunStatus.Success
            ? usual with { Data = finalState ?? "null"u8.ToArray() }
            : usual with { Message = $"Run ended as {status.ToWire()}" };
        if (response is null) return usual;

        try
        {
            using var wish = JsonDocument.Parse(response, Options);
            return Of(wish.RootElement, usual);
        }
        catch (JsonException)
        {
            return Malformed(usual, "it is not JSON");
        }
    }

    private static SyncAnswer Of(JsonElement wish, SyncAnswer usual)
    {
        if (wish.ValueKind != JsonValueKind.Object) return Malformed(usual, "it is not an object");

        var answer = usual;
        if (wish.TryGetProperty("status"u8, out var status) && status.ValueKind != JsonValueKind.Null)
        {
            if (status.ValueKind != JsonValueKind.Number || !status.TryGetDouble(out var number) || number is not (>= 200 and < 600))
                return Malformed(usual, "status must be a number from 200 to 599");
            answer = answer with { Status = (int)number };
        }

        if (!wish.TryGetProperty("body"u8, out var body) || body.ValueKind == JsonValueKind.Null) return answer;
        return body.ValueKind == JsonValueKind.Object
            ? answer with { Data = System.Text.Encoding.UTF8.GetBytes(body.GetRawText()), Message = null }
            : Malformed(usual, "body must be an object");
    }

    /// <summary>Also for a run that failed, unless the trigger says otherwise: the caller reads the state in <c>meta</c>.</summary>
    private static int UsualStatus(RunStatus status, ResponseCodes? codes) =>
        (status == RunStatus.Success ? codes?.Success : codes?.Error) ?? StatusCodes.Status201Created;

    private static SyncAnswer Malformed(SyncAnswer usual, string fault) =>
        usual with { Data = null, Message = $"Run completed, but webhook_response was malformed: {fault}" };
}
