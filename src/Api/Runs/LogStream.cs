using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Actors.Runs;
using Api.Intake;
using Api.Json;
using Api.Problems;
using Api.ReadModels;

namespace Api.Runs;

/// <summary>
/// Server-sent events of a run's log. The store is read again whenever the run announces a change and, because lines
/// may come without one or from another node, every few seconds. Nothing is buffered: a slow reader slows only itself.
/// </summary>
internal sealed class LogStream(RunWatcher watcher, RunQueries runs, LogQueries logs, TimeProvider time)
{
    public const string MediaType = "text/event-stream";

    private const int PageSize = 500;
    private static readonly TimeSpan PollEvery = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan HeartbeatEvery = TimeSpan.FromSeconds(15);

    public async Task<IResult> RunAsync(Guid runId, HttpContext context, LineCursor after)
    {
        var cancelled = context.RequestAborted;
        using var watch = watcher.Watch(runId);
        if (watch is null) return Problem.Of(ProblemKinds.Overloaded, "Too many requests follow runs.");
        if (await runs.FindAsync(runId, cancelled) is null) return Problem.Of(ProblemKinds.NotFound);

        context.Response.ContentType = MediaType;
        context.Response.Headers.CacheControl = "no-store";
        after = Resumed(context, after);
        var lastSent = time.GetTimestamp();
        while (true)
        {
            // The run's state is read before the lines: when it was final then, these lines are all there are.
            var state = Words.Parse<RunStatus>((await runs.FindAsync(runId, cancelled))!.Status);
            var sent = after;
            after = await SendLinesAsync(runId, context.Response, after, cancelled);
            if (state >= RunStatus.Success)
            {
                await SendAsync(context.Response, "end", null, new LogEnd(state), ApiJson.Http.LogEnd, cancelled);
                return TypedResults.Empty;
            }

            if (sent != after)
            {
                lastSent = time.GetTimestamp();
            }
            else if (time.GetElapsedTime(lastSent) >= HeartbeatEvery)
            {
                await context.Response.WriteAsync(": still here\n\n", cancelled);
                lastSent = time.GetTimestamp();
            }

            await context.Response.Body.FlushAsync(cancelled);
            await watch.NextAsync(PollEvery, time, cancelled);
        }
    }

    /// <summary>A browser that reconnects names the last event it saw.</summary>
    private static LineCursor Resumed(HttpContext context, LineCursor after) =>
        context.Request.Headers.TryGetValue("Last-Event-ID", out var last) && LineCursor.TryRead(last.ToString(), out var cursor)
            ? cursor
            : after;

    private async Task<LineCursor> SendLinesAsync(
        Guid runId, HttpResponse response, LineCursor after, CancellationToken cancellationToken)
    {
        while (true)
        {
            var page = await logs.AfterAsync(runId, after, PageSize, cancellationToken);
            foreach (var row in page)
            {
                after = new LineCursor(row.Attempt, row.Number);
                await SendAsync(
                    response, "line", after.ToString(), LogLineView.Of(row), ApiJson.Http.LogLineView, cancellationToken);
            }

            if (page.Count < PageSize) return after;
        }
    }

    private static async Task SendAsync<T>(
        HttpResponse response, string name, string? id, T data, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        var head = id is null ? $"event: {name}\n" : $"event: {name}\nid: {id}\n";
        await response.WriteAsync(
            string.Create(CultureInfo.InvariantCulture, $"{head}data: {JsonSerializer.Serialize(data, type)}\n\n"), cancellationToken);
    }
}
