using Microsoft.AspNetCore.HttpOverrides;

namespace Api.Perimeter;

/// <summary>
/// A caller's address and scheme, as told by proxies that the operator named (ASVS 5.0, 4.1.3). Read from the right: the walk
/// ends at the first address that is not a named proxy's, and that is the caller, whatever else a client has put in front.
/// Without named proxies the headers mean nothing.
/// </summary>
internal static class Forwarding
{
    /// <summary>Proxies in a row.</summary>
    private const int Hops = 4;

    public static IApplicationBuilder UseForwarding(this IApplicationBuilder app, PerimeterSettings settings)
    {
        if (settings.BehindProxy.IsEmpty) return app;
        var options = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto,
            ForwardLimit = Hops,
        };

        // Unless it is told otherwise the framework trusts the loopback, where tunnels and other users' processes live too.
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var network in settings.BehindProxy) options.KnownIPNetworks.Add(network);
        return app.UseForwardedHeaders(options);
    }
}
