using System.Collections.Immutable;
using System.Net;
using Cluster.Hocon;

namespace Api.Perimeter;

/// <summary>Who reaches the node, how, and how often. Read from the section <c>http</c>.</summary>
/// <param name="Certificate">PEM file with the certificate and what lies between it and its authority; empty for plain HTTP.</param>
/// <param name="CertificateKey">PEM file with its private key, not encrypted.</param>
/// <param name="BehindProxy">Whose word about a caller's address and scheme is believed.</param>
/// <param name="AllowedHosts">Host names that requests may be for, <c>*.</c> before a name for all below it; empty for every name.</param>
/// <param name="MaxConnections">Open connections; sockets of workers count apart, up to the same number.</param>
/// <param name="CallerRate">Requests a second that one caller may make at length.</param>
/// <param name="AnonymousRate">Requests a second without a valid token from one address.</param>
internal sealed record PerimeterSettings(
    string Certificate,
    string CertificateKey,
    ImmutableArray<IPNetwork> BehindProxy,
    ImmutableArray<string> AllowedHosts,
    int MaxConnections,
    int CallerRate,
    int AnonymousRate)
{
    public static PerimeterSettings Default { get; } = new("", "", [], [], 20_000, 1_000, 20);

    public bool IsTls => Certificate.Length > 0;

    public string Scheme => IsTls ? "https" : "http";

    public static PerimeterSettings Read(SettingsReader reader)
    {
        var rates = reader.Within("rates");
        return new PerimeterSettings(
            reader.String("certificate", Default.Certificate),
            reader.String("certificate-key", Default.CertificateKey),
            ReadNetworks(reader, "behind-proxy"),
            [.. reader.StringList("allowed-hosts", [])],
            reader.Int("max-connections", Default.MaxConnections, min: 10, max: 1_000_000),
            rates.Int("caller", Default.CallerRate, min: 1, max: 1_000_000),
            rates.Int("anonymous", Default.AnonymousRate, min: 1, max: 1_000_000));
    }

    /// <summary>Tokens and personal data do not cross a network in clear (S0-11): beyond the loopback either this node speaks TLS or a named proxy does.</summary>
    public void Check(SettingsReader reader, string host)
    {
        if (Certificate.Length > 0 != CertificateKey.Length > 0)
            reader.Refuse(IsTls ? "certificate-key" : "certificate", "", "must be set too: certificate and key belong together");
        if (!IsTls && BehindProxy.IsEmpty && !IsLoopback(host))
        {
            reader.Refuse(
                "host",
                host,
                "is reached from other machines: set http.certificate and http.certificate-key, or name the proxies that speak TLS in http.behind-proxy");
        }
    }

    /// <summary>A name other than localhost is not surely this machine, whatever it resolves to today.</summary>
    public static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));

    private static ImmutableArray<IPNetwork> ReadNetworks(SettingsReader reader, string key)
    {
        var networks = ImmutableArray.CreateBuilder<IPNetwork>();
        foreach (var text in reader.StringList(key, []))
        {
            if (IPNetwork.TryParse(text, out var network)) networks.Add(network);
            else if (IPAddress.TryParse(text, out var address)) networks.Add(new IPNetwork(address, address.GetAddressBytes().Length * 8));
            else reader.Refuse(key, text, "must be addresses or networks such as 10.0.0.5, 10.0.0.0/24 or fd00::/64");
        }

        return networks.ToImmutable();
    }
}
