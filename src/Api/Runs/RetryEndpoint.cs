using System.Text.Json;
using Api.Intake;
using Api.Json;
using Api.Problems;

namespace Api.Runs;

/// <summary>Reads its body by itself: the framework routes no request without one to a route that may have one.</summary>
internal static class RetryEndpoint
{
    private const int MaxBody = 16 << 10;

    public static async Task<IResult> PostAsync(Guid runId, HttpContext context, BodyReader bodies, RunRetries retries)
    {
        var (body, fault) = await bodies.ReadAsync(context.Request, MaxBody, context.RequestAborted);
        if (fault.Problem() is { } unread) return unread;
        if (Read(body.Bytes.Span, context.Request, out var request) is { } bad) return bad;
        if (request is { Step: not null, Job: not null })
            return Problem.Of(ProblemKinds.Invalid, "job", "is not given together with a step");

        var wish = new RetryWish(request.Step, request.Job, IsFromFailedStep: false, OperationId: null);
        var (accepted, problem) = await retries.RetryAsync(runId, wish, context.RequestAborted);
        return accepted is null ? problem! : TypedResults.Accepted($"/v1/runs/{accepted.RunId}", accepted);
    }

    private static Problem? Read(ReadOnlySpan<byte> body, HttpRequest from, out RetryRequest request)
    {
        request = new RetryRequest(null, null);
        if (body.Length == 0) return null;
        if (!from.HasJsonContentType()) return Problem.Of(ProblemKinds.UnsupportedMediaType);
        try
        {
            request = JsonSerializer.Deserialize(body, ApiJson.Http.RetryRequest) ?? request;
            return null;
        }
        catch (JsonException fault)
        {
            return JsonFaults.Describe(fault, ApiJson.Http.RetryRequest);
        }
    }
}
