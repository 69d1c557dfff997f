using System.Text.Json;
using System.Text.Unicode;
using Api.Intake;
using Api.Problems;

namespace Api.WorkOrders;

/// <summary>A submission as read: the input stays a slice of the body.</summary>
internal readonly record struct Submission(Guid WorkflowId, ReadOnlyMemory<byte> Input, string? StartJob)
{
    /// <summary>The whole submission as it came.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>The memory of <see cref="Body"/>, to be released when it is stored; null for a small one, and for a line of a bulk.</summary>
    public LargeBody? Large { get; init; }

    public string? IdempotencyKey { get; init; }

    /// <summary>A stored input, in place of <see cref="Input"/>.</summary>
    public Guid? InputDataclipId { get; init; }

    /// <summary>The start job alone is executed.</summary>
    public bool OnlyStartJob { get; init; }

    /// <summary>Null for the project's first.</summary>
    public string? Environment { get; init; }
}

/// <summary>Reads one submission without building its input, which may be large.</summary>
internal static class WorkOrderReader
{
    private static readonly byte[] EmptyInput = "{}"u8.ToArray();
    private static readonly JsonReaderOptions Options = new() { MaxDepth = JsonCheck.MaxDepth };

    public static Problem? Read(ReadOnlyMemory<byte> json, out Submission submission)
    {
        submission = default;
        if (!Utf8.IsValid(json.Span)) return Problem.Of(ProblemKinds.MalformedJson, "The body is not UTF-8.");
        try
        {
            return Parse(json, ref submission);
        }
        catch (JsonException fault)
        {
            return Problem.Of(ProblemKinds.MalformedJson, $"Line {fault.LineNumber + 1}, byte {fault.BytePositionInLine + 1}.");
        }
    }

    private static Problem? Parse(ReadOnlyMemory<byte> json, ref Submission submission)
    {
        var reader = new Utf8JsonReader(json.Span, Options);
        Guid? workflowId = null;
        ReadOnlyMemory<byte>? input = null;
        string? startJob = null;
        string? key = null;
        Guid? dataclipId = null;
        bool? onlyStartJob = null;
        string? environment = null;
        Problem? problem = null;
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return Wrong("body", "is an object");

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var field = Field(ref reader);
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            var isText = reader.TokenType == JsonTokenType.String;
            switch (field)
            {
                case "workflowId" when workflowId is null && isText && reader.TryGetGuid(out var id):
                    workflowId = id;
                    break;
                case "startJob" when startJob is null && isText:
                    startJob = reader.GetString();
                    break;
                case "idempotencyKey" when key is null && isText:
                    key = reader.GetString()!;
                    break;
                case "input" when input is null:
                    reader.Skip();
                    input = json[start..(int)reader.BytesConsumed];
                    break;
                case "inputDataclipId" when dataclipId is null && isText && reader.TryGetGuid(out var id):
                    dataclipId = id;
                    break;
                case "onlyStartJob" when onlyStartJob is null && reader.TokenType is JsonTokenType.True or JsonTokenType.False:
                    onlyStartJob = reader.GetBoolean();
                    break;
                case "environment" when environment is null && isText:
                    environment = reader.GetString();
                    break;
                case "workflowId" or "startJob" or "idempotencyKey" or "input" or "inputDataclipId" or "onlyStartJob" or "environment":
                    reader.Skip();
                    problem ??= Wrong(field, "has a value of the wrong type or is given twice");
                    break;
                default:
                    reader.Skip();
                    problem ??= Problem.Of(ProblemKinds.UnknownField, field, "is not a field of this resource");
                    break;
            }
        }

        // Whatever follows the object is a fault of syntax, which the reader reports.
        while (reader.Read())
        {
        }

        if (problem is null && workflowId is null) problem = Wrong("workflowId", "is needed");
        if (problem is null && dataclipId is not null && input is not null)
            problem = Wrong("inputDataclipId", "is not given together with an input");
        if (problem is null && onlyStartJob == true && startJob is null) problem = Wrong("startJob", "is needed to run one job alone");
        if (problem is null && key is not null && !IdempotencyKey.IsValid(key)) problem = Wrong("idempotencyKey", IdempotencyKey.Rule);
        submission = new Submission(workflowId ?? Guid.Empty, input ?? EmptyInput, startJob)
        {
            Body = json,
            IdempotencyKey = key,
            InputDataclipId = dataclipId,
            OnlyStartJob = onlyStartJob ?? false,
            Environment = environment,
        };
        return problem;
    }

    private static string Field(ref Utf8JsonReader reader) =>
        reader.ValueTextEquals("input"u8) ? "input"
        : reader.ValueTextEquals("workflowId"u8) ? "workflowId"
        : reader.ValueTextEquals("startJob"u8) ? "startJob"
        : reader.ValueTextEquals("inputDataclipId"u8) ? "inputDataclipId"
        : reader.ValueTextEquals("onlyStartJob"u8) ? "onlyStartJob"
        : reader.ValueTextEquals("idempotencyKey"u8) ? "idempotencyKey"
        : reader.GetString()!;

    private static Problem Wrong(string field, string rule) => Problem.Of(ProblemKinds.Invalid, field, rule);
}
