using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;

namespace Api.Egress;

/// <summary>
/// Addresses that are no place in the public internet, after the special-purpose registries of IANA (RFC 6890). Of IPv6
/// only global unicast, 2000::/3, can be public at all; what carries an IPv4 address inside is refused whatever it carries.
/// </summary>
internal static class SpecialAddresses
{
    private static readonly ImmutableArray<IPNetwork> s_v4 =
    [
        IPNetwork.Parse("0.0.0.0/8"),       // this network
        IPNetwork.Parse("10.0.0.0/8"),      // private
        IPNetwork.Parse("100.64.0.0/10"),   // shared by carriers (CGNAT)
        IPNetwork.Parse("127.0.0.0/8"),     // loopback
        IPNetwork.Parse("169.254.0.0/16"),  // link-local, metadata services
        IPNetwork.Parse("172.16.0.0/12"),   // private
        IPNetwork.Parse("192.0.0.0/24"),    // protocol assignments
        IPNetwork.Parse("192.0.2.0/24"),    // documentation
        IPNetwork.Parse("192.31.196.0/24"), // AS112
        IPNetwork.Parse("192.52.193.0/24"), // AMT
        IPNetwork.Parse("192.88.99.0/24"),  // 6to4 relays
        IPNetwork.Parse("192.168.0.0/16"),  // private
        IPNetwork.Parse("192.175.48.0/24"), // AS112
        IPNetwork.Parse("198.18.0.0/15"),   // benchmarks
        IPNetwork.Parse("198.51.100.0/24"), // documentation
        IPNetwork.Parse("203.0.113.0/24"),  // documentation
        IPNetwork.Parse("224.0.0.0/4"),     // multicast
        IPNetwork.Parse("240.0.0.0/4"),     // reserved, broadcast
        IPNetwork.Parse("168.63.129.16/32"), // metadata of Azure, on a public address
    ];

    private static readonly IPNetwork s_global = IPNetwork.Parse("2000::/3");

    private static readonly ImmutableArray<IPNetwork> s_v6 =
    [
        IPNetwork.Parse("2001::/23"),       // protocol assignments: Teredo, benchmarks, ORCHID
        IPNetwork.Parse("2001:db8::/32"),   // documentation
        IPNetwork.Parse("2002::/16"),       // 6to4
        IPNetwork.Parse("2620:4f:8000::/48"), // AS112
        IPNetwork.Parse("3fff::/20"),       // documentation
    ];

    public static bool Contains(IPAddress address) => address.AddressFamily switch
    {
        AddressFamily.InterNetwork => s_v4.Any(network => network.Contains(address)),
        AddressFamily.InterNetworkV6 => address.IsIPv4MappedToIPv6 || address.ScopeId != 0 || !s_global.Contains(address)
            || s_v6.Any(network => network.Contains(address)),
        _ => true,
    };
}
