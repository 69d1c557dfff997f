using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Api.Json;
using Cluster.Entities;

namespace Api.Problems;

/// <summary>An RFC 9457 problem as it is written.</summary>
/// <param name="Code">Stable word to program against.</param>
/// <param name="Errors">The faulty fields, all at once.</param>
internal sealed record ProblemDocument(
    string Type, string Title, int Status, string? Detail, string Code, IReadOnlyList<FieldProblem>? Errors);

internal sealed record FieldProblem(string Field, string Rule);

/// <summary>The one way in which the API says no.</summary>
internal sealed class Problem : IResult, IStatusCodeHttpResult
{
    public const string MediaType = "application/problem+json";

    private readonly ProblemDocument _document;
    private readonly int? _retryAfterSeconds;

    private Problem(int status, string code, string title, string? detail, IReadOnlyList<FieldProblem>? errors, int? retryAfter)
    {
        _document = new ProblemDocument("urn:cluster:problem:" + code, title, status, detail, code, errors);
        _retryAfterSeconds = retryAfter;
    }

    public int? StatusCode => _document.Status;

    public ProblemDocument Document => _document;

    public static Problem Of(ProblemKind kind, string? detail = null) =>
        new(kind.Status, kind.Code, kind.Title, detail, null, kind.Status is 429 or 503 ? 1 : null);

    public static Problem Of(ProblemKind kind, string field, string rule) =>
        new(kind.Status, kind.Code, kind.Title, null, [new FieldProblem(field, rule)], null);

    public static Problem Of(ImmutableArray<FieldFault> faults) =>
        new(ProblemKinds.Invalid.Status, ProblemKinds.Invalid.Code, ProblemKinds.Invalid.Title, null, Fields(faults), null);

    /// <summary>A refusal that ends by itself.</summary>
    public static Problem RetryAfter(ProblemKind kind, TimeSpan wait) =>
        new(kind.Status, kind.Code, kind.Title, null, null, Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)));

    /// <summary>An ask that did not end in a reply.</summary>
    public static Problem Of(Outcome outcome) => outcome switch
    {
        Outcome.Refused refused => Of(refused.Refusal),
        Outcome.Overloaded => Of(ProblemKinds.Overloaded),
        Outcome.Unavailable => Of(ProblemKinds.Unavailable),
        Outcome.Unknown => Of(ProblemKinds.OutcomeUnknown, "Look at the resource before trying again."),
        _ => throw new InvalidOperationException($"{outcome.GetType().Name} is no refusal."),
    };

    public static Problem Of(Refusal refusal)
    {
        var status = RefusalStatus.Of(refusal.Kind);
        var errors = refusal.Faults.IsDefaultOrEmpty ? null : Fields(refusal.Faults);
        return new(status, refusal.Code, refusal.Message, null, errors, status == 503 ? 1 : null);
    }

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = _document.Status;
        response.ContentType = MediaType;
        response.Headers.CacheControl = "no-store";
        if (_retryAfterSeconds is { } seconds)
        {
            response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        return HttpMethods.IsHead(httpContext.Request.Method)
            ? Task.CompletedTask
            : JsonSerializer.SerializeAsync(
                response.Body, _document, ApiJson.Http.ProblemDocument, httpContext.RequestAborted);
    }

    private static FieldProblem[] Fields(ImmutableArray<FieldFault> faults) =>
        [.. faults.Select(static fault => new FieldProblem(fault.Field, fault.Rule))];
}
