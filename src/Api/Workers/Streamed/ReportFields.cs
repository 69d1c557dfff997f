using Actors.Runs;

namespace Api.Workers.Streamed;

/// <summary>The fields of one event as they were found, before it is known what they mean together.</summary>
internal record struct ReportFields
{
    private const int MaxErrorLength = 10_000;

    public string? Type { get; set; }

    public DateTimeOffset? At { get; set; }

    public Guid? StepId { get; set; }

    public Guid? JobId { get; set; }

    public Guid? InputDataclipId { get; set; }

    public Guid? OutputDataclipId { get; set; }

    public Guid? FinalDataclipId { get; set; }

    public string? Source { get; set; }

    public string? Level { get; set; }

    public string? Message { get; set; }

    public string? Reason { get; set; }

    public string? ErrorType { get; set; }

    public string? ErrorMessage { get; set; }

    public byte[]? Output { get; set; }

    public bool OutputTooLarge { get; set; }

    public byte[]? FinalState { get; set; }

    public long DurationMs { get; set; }

    public long MemoryBytes { get; set; }

    public string? Versions { get; set; }

    public byte[]? WebhookResponse { get; set; }

    /// <summary>Null when the type is unknown or a required field is missing.</summary>
    public readonly RunReport? ToReport(DateTimeOffset now, Func<Guid> newId)
    {
        var at = At ?? now;
        return Type switch
        {
            "run:start" => new RunReport.Start(at, Versions),
            "step:start" when StepId is { } step && JobId is { } job =>
                new RunReport.StepStart(at, step, job, InputDataclipId),
            "log" => new RunReport.Log(at, Source ?? "", Level ?? "info", Message ?? "[]", StepId),
            "step:complete" when StepId is { } step && JobId is { } job && ToReason() is { } reason =>
                new RunReport.StepComplete(
                    at, step, job, reason, ErrorType, Clip(ErrorMessage), Body(Output, OutputDataclipId, newId),
                    OutputTooLarge, DurationMs, MemoryBytes)
                {
                    WebhookResponse = WebhookResponse is null ? null : WebhookResponses.Read(WebhookResponse, newId),
                },
            "run:complete" when ToReason() is { } reason =>
                new RunReport.Complete(
                    at, reason, ErrorType, Clip(ErrorMessage), Body(FinalState, null, newId), FinalDataclipId),
            _ => null,
        };
    }

    private readonly ExitReason? ToReason() => Reason switch
    {
        "success" or "ok" => ExitReason.Success,
        "fail" => ExitReason.Fail,
        "crash" => ExitReason.Crash,
        "cancel" => ExitReason.Cancel,
        "kill" => ExitReason.Kill,
        "exception" => ExitReason.Exception,
        "lost" => ExitReason.Lost,
        _ => null,
    };

    private static DataclipBody? Body(byte[]? body, Guid? id, Func<Guid> newId) =>
        body is null ? null : new DataclipBody(id ?? newId(), DataclipType.StepResult, body, null);

    private static string? Clip(string? text) => text?.Length > MaxErrorLength ? text[..MaxErrorLength] : text;
}
