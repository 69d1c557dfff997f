using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Api.Problems;
using Api.Security;
using Microsoft.AspNetCore.RateLimiting;

namespace Api.Perimeter;

/// <summary>The route is held to limits of its own kind: a known caller is not slowed down here.</summary>
internal sealed record OwnLimits
{
    public static OwnLimits Instance { get; } = new();
}

/// <summary>
/// How often one caller may ask, on each node by itself: token buckets, so that a burst of five seconds' worth goes through.
/// Who has shown no valid token shares a small bucket with everybody at the address. A valid token is never refused for
/// what others at its address do: nobody can be locked out.
/// </summary>
internal static class CallerRates
{
    private const int BurstSeconds = 5;

    /// <summary>
    /// Addresses fall into this many buckets by a hash that differs from process to process: whoever owns many addresses
    /// takes no more memory than this, and cannot choose whose bucket is shared.
    /// </summary>
    private const int AddressBuckets = 1 << 16;

    /// <summary>To be used when the caller and the route are known.</summary>
    public static void UseCallerRates(this IApplicationBuilder app, PerimeterSettings settings)
    {
        var buckets = new TokenBuckets<RateKey>(app.ApplicationServices.GetRequiredService<TimeProvider>());
        app.Use((context, next) =>
            MayAsk(context, buckets, settings) ? next(context) : Problem.Of(ProblemKinds.TooManyRequests).ExecuteAsync(context));
    }

    /// <summary>For routes whose project sets the pace: as many as it takes, from one caller too.</summary>
    public static TBuilder WithOwnLimits<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(OwnLimits.Instance);

    /// <summary>One network of a customer counts as one caller: a /64 of IPv6, an address of IPv4.</summary>
    public static int BucketOf(IPAddress? address)
    {
        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        if (address is { IsIPv4MappedToIPv6: true }) address = address.MapToIPv4();
        address?.TryWriteBytes(bytes, out _);
        var network = MemoryMarshal.Read<ulong>(bytes);
        return HashCode.Combine(address?.AddressFamily == AddressFamily.InterNetworkV6, network) & (AddressBuckets - 1);
    }

    private static bool MayAsk(HttpContext context, TokenBuckets<RateKey> buckets, PerimeterSettings settings)
    {
        var route = context.GetEndpoint()?.Metadata;
        if (route?.GetMetadata<DisableRateLimitingAttribute>() is not null) return true;
        if (context.User.Identity?.IsAuthenticated != true)
            return MayAsk(new RateKey(Guid.Empty, BucketOf(context.Connection.RemoteIpAddress)), settings.AnonymousRate);
        if (route?.GetMetadata<OwnLimits>() is not null) return true;

        var caller = context.FindCaller();
        return MayAsk(
            new RateKey(caller is null ? Guid.Empty : caller.TokenId == Guid.Empty ? caller.UserId : caller.TokenId, -1), settings.CallerRate);

        bool MayAsk(RateKey key, int perSecond) => buckets.TryTake(key, perSecond, perSecond * BurstSeconds);
    }

    /// <param name="Caller">Of a session, API token or user; empty for addresses, and for the administrator.</param>
    /// <param name="Address">Its bucket; -1 for a known caller.</param>
    private readonly record struct RateKey(Guid Caller, int Address);
}
