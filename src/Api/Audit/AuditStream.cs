using System.Globalization;
using System.Text.Json;
using Api.Json;
using Api.Problems;
using Api.ReadModels;

namespace Api.Audit;

/// <summary>
/// Server-sent events of new entries, in the order of the chain, so that none is missed whichever node wrote it. Nothing is buffered:
/// a slow reader slows only itself. An event's id is its position: whoever comes back with it goes on behind it.
/// </summary>
internal sealed class AuditStream(AuditQueries queries, TimeProvider time)
{
    public const string MediaType = "text/event-stream";
    private const int PageSize = 500;
    private const int MostStreams = 100;
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan HeartbeatEvery = TimeSpan.FromSeconds(15);
    private int _open;

    public async Task<IResult> RunAsync(HttpContext context, AuditFilter filter)
    {
        try
        {
            if (Interlocked.Increment(ref _open) > MostStreams) return Problem.Of(ProblemKinds.Overloaded, "Too many requests follow the trail.");
            await FollowAsync(context, filter);
            return TypedResults.Empty;
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }

    private async Task FollowAsync(HttpContext context, AuditFilter filter)
    {
        var (response, cancelled) = (context.Response, context.RequestAborted);
        response.ContentType = MediaType;
        response.Headers.CacheControl = "no-store";
        var after = long.TryParse(context.Request.Headers["Last-Event-ID"], NumberStyles.None, CultureInfo.InvariantCulture, out var last)
            ? last
            : await queries.EndAsync(cancelled);
        var lastSent = time.GetTimestamp();
        await response.Body.FlushAsync(cancelled);
        while (true)
        {
            var end = await queries.EndAsync(cancelled);
            if (await SendAsync(response, filter, after, end, cancelled)) lastSent = time.GetTimestamp();
            after = Math.Max(after, end);
            if (time.GetElapsedTime(lastSent) >= HeartbeatEvery)
            {
                await response.WriteAsync(": still here\n\n", cancelled);
                lastSent = time.GetTimestamp();
            }

            await response.Body.FlushAsync(cancelled);
            await Task.Delay(Every, time, cancelled);
        }
    }

    private async Task<bool> SendAsync(HttpResponse response, AuditFilter filter, long after, long end, CancellationToken cancellationToken)
    {
        var any = false;
        while (after < end)
        {
            var page = await queries.ChainedAsync(filter, after, end, PageSize, cancellationToken);
            foreach (var row in page)
            {
                var data = JsonSerializer.Serialize(AuditView.Of(row), ApiJson.Http.AuditView);
                await response.WriteAsync(
                    string.Create(CultureInfo.InvariantCulture, $"event: entry\nid: {row.Position}\ndata: {data}\n\n"), cancellationToken);
                any = true;
            }

            after = page.Count < PageSize ? end : page[^1].Position!.Value;
        }

        return any;
    }
}
