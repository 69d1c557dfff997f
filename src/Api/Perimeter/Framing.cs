using Api.Problems;
using Microsoft.Extensions.Primitives;

namespace Api.Perimeter;

/// <summary>
/// Refuses a request with both a length and chunks: RFC 9112, 6.3 allows to go by the chunks, but whoever forwarded it may
/// have gone by the length. The server has renamed the length by then, and closes the connection after the answer.
/// </summary>
internal static class Framing
{
    private const string RenamedLength = "X-Content-Length";

    /// <summary>The server ends lines at a bare line feed unless it is told not to; other readers do not.</summary>
    private const string NoBareLineFeeds = "Microsoft.AspNetCore.Server.Kestrel.DisableHttp1LineFeedTerminators";

    /// <summary>Holds for the process, from the first connection on.</summary>
    public static void EndLinesProperly() => AppContext.SetSwitch(NoBareLineFeeds, true);

    public static IApplicationBuilder UseOneLength(this IApplicationBuilder app) =>
        app.Use(static (context, next) =>
        {
            var headers = context.Request.Headers;
            return StringValues.IsNullOrEmpty(headers.TransferEncoding) || !headers.ContainsKey(RenamedLength)
                ? next(context)
                : Problem.Of(ProblemKinds.BadRequest, "The request has both a length and chunks.").ExecuteAsync(context);
        });
}
