using Microsoft.AspNetCore.Authentication;

namespace Api.Security;

/// <summary>Puts the <see cref="RouteTable"/> in force: access follows from the table alone.</summary>
internal static class RouteGuard
{
    public static IServiceCollection AddSecurity(this IServiceCollection services)
    {
        // The core without cookies: AddAuthentication would also make data protection keys in the user's home.
        services.AddAuthenticationCore(static options => options.DefaultScheme = BearerHandler.SchemeName);
        services.AddWebEncoders();
        new AuthenticationBuilder(services).AddScheme<AuthenticationSchemeOptions, BearerHandler>(BearerHandler.SchemeName, null);
        return services;
    }

    /// <summary>Routes mapped on the result get their access from the table.</summary>
    /// <exception cref="InvalidOperationException">On use of the endpoints: a route is not in the table.</exception>
    public static RouteGroupBuilder MapGuarded(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("");
        ((IEndpointConventionBuilder)group).Finally(static endpoint =>
        {
            if (endpoint is not RouteEndpointBuilder route) return;
            foreach (var rule in Rules(route.RoutePattern.RawText, route.Metadata).ToArray()) route.Metadata.Add(rule);
        });
        return group;
    }

    /// <summary>Refuses the start unless routes and table name the same.</summary>
    /// <exception cref="InvalidOperationException">They do not.</exception>
    public static void CheckRoutes(this IEndpointRouteBuilder routes)
    {
        var mapped = routes.DataSources.SelectMany(static source => source.Endpoints).OfType<RouteEndpoint>()
            .SelectMany(static route => Rules(route.RoutePattern.RawText, route.Metadata))
            .Select(static rule => (rule.Method, rule.Pattern))
            .ToHashSet();
        var missing = RouteTable.Routes.Where(route => !mapped.Contains((route.Method, route.Pattern))).ToArray();
        if (missing.Length > 0)
            throw new InvalidOperationException($"The route table names {missing[0].Method} {missing[0].Pattern}, which is not mapped.");
    }

    private static IEnumerable<Route> Rules(string? pattern, IEnumerable<object> metadata)
    {
        var methods = metadata.OfType<IHttpMethodMetadata>().LastOrDefault()?.HttpMethods ?? [];
        if (methods.Count == 0) throw new InvalidOperationException($"Route {pattern} accepts every method; name them.");
        foreach (var method in methods)
        {
            yield return RouteTable.Routes.FirstOrDefault(route => route.Method == method && route.Pattern == pattern)
                ?? throw new InvalidOperationException($"Route {method} {pattern} is not in the route table.");
        }
    }
}
