using System.Collections.Immutable;
using Api.Problems;
using Microsoft.Extensions.Primitives;

namespace Api.Perimeter;

/// <summary>
/// Refuses requests for a host that is not one of this node's names, so that no page can reach it by a name that was
/// bent to its address (DNS rebinding). The machine's own names are always good: health checks and the worker use them.
/// </summary>
internal static class HostCheck
{
    private static readonly ImmutableArray<string> s_own = ["localhost", "127.0.0.1", "[::1]"];

    public static IApplicationBuilder UseHostCheck(this IApplicationBuilder app, PerimeterSettings settings)
    {
        if (settings.AllowedHosts.IsEmpty) return app;
        StringSegment[] allowed = [.. settings.AllowedHosts.Concat(s_own).Select(static host => new StringSegment(host))];
        return app.Use((context, next) =>
        {
            var host = context.Request.Host;
            return host.HasValue && HostString.MatchesAny(host.Host, allowed)
                ? next(context)
                : Problem.Of(ProblemKinds.BadRequest, "The request is for a host that is not served here.").ExecuteAsync(context);
        });
    }
}
