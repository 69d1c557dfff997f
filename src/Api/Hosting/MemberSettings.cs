using System.Net;
using Cluster.Hocon;
using Cluster.Sharding;
using Cluster.Transport;

namespace Api.Hosting;

/// <summary>The node as a member of a cluster. Of use with a store that nodes share.</summary>
/// <param name="Name">The operator's name for the node; empty for the machine's name.</param>
/// <param name="AdvertiseHost">Where other nodes reach this one; empty for <paramref name="Host"/>, or the machine's name if that
/// is every address.</param>
/// <param name="AdvertisePort">Port at which other nodes reach this one; 0 for the port it listens on.</param>
/// <param name="AdvertiseHttp">Where clients reach this one, shown to operators; empty for the address it listens on.</param>
/// <param name="Host">Address for messages between nodes.</param>
/// <param name="Port">Port for messages between nodes; 0 takes a free one.</param>
/// <param name="Certificate">PEM file; with key and authority it turns on mutual TLS between nodes.</param>
/// <param name="CertificateName">The name that every node's certificate carries; empty for the host that is dialled.</param>
internal sealed record MemberSettings(
    string Name,
    string AdvertiseHost,
    int AdvertisePort,
    string AdvertiseHttp,
    string Host,
    int Port,
    string Certificate,
    string CertificateKey,
    string Authority,
    string CertificateName,
    TimeSpan HeartbeatInterval,
    TimeSpan SessionTimeout,
    TimeSpan FailureTimeout,
    TimeSpan HandoverTimeout,
    TimeSpan LeaveTimeout)
{
    public static MemberSettings Default { get; } = new(
        "", "", 0, "", "127.0.0.1", 4100, "", "", "", "",
        TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(5),
        TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(30));

    public static MemberSettings Read(SettingsReader reader) =>
        new(
            reader.String("name", Default.Name),
            reader.String("advertise-host", Default.AdvertiseHost),
            reader.Int("advertise-port", Default.AdvertisePort, min: 0, max: 65_535),
            reader.String("advertise-http", Default.AdvertiseHttp),
            reader.String("host", Default.Host),
            reader.Int("port", Default.Port, min: 0, max: 65_535),
            reader.String("certificate", Default.Certificate),
            reader.String("certificate-key", Default.CertificateKey),
            reader.String("authority", Default.Authority),
            reader.String("certificate-name", Default.CertificateName),
            reader.Duration("heartbeat-interval", Default.HeartbeatInterval, min: TimeSpan.FromMilliseconds(50), max: TimeSpan.FromMinutes(1)),
            reader.Duration("session-timeout", Default.SessionTimeout, min: TimeSpan.FromMilliseconds(200), max: TimeSpan.FromMinutes(5)),
            reader.Duration("failure-timeout", Default.FailureTimeout, min: TimeSpan.FromMilliseconds(200), max: TimeSpan.FromMinutes(10)),
            reader.Duration("handover-timeout", Default.HandoverTimeout, min: TimeSpan.FromMilliseconds(100), max: TimeSpan.FromMinutes(10)),
            reader.Duration("leave-timeout", Default.LeaveTimeout, min: TimeSpan.FromMilliseconds(100), max: TimeSpan.FromMinutes(30)));

    public MembershipSettings ToMembership(HttpSettings http) => new()
    {
        Name = Name.Length > 0 ? Name : Environment.MachineName,
        Host = AdvertiseHost.Length > 0 ? AdvertiseHost : Reachable(Host),
        Port = AdvertisePort,
        HttpAddress = AdvertiseHttp.Length > 0 ? AdvertiseHttp : $"{http.Perimeter.Scheme}://{Reachable(http.Host)}:{http.Port}",
        Version = NodeVersion.Text,
        HeartbeatInterval = HeartbeatInterval,
        SessionTimeout = SessionTimeout,
        FailureTimeout = FailureTimeout,
        HandoverTimeout = HandoverTimeout,
        LeaveTimeout = LeaveTimeout,
    };

    /// <summary>Nobody can dial every address; a container or machine is usually known by its own name.</summary>
    private static string Reachable(string host) =>
        IPAddress.TryParse(host, out var address) && (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any))
            ? Environment.MachineName
            : host;

    public TransportSettings ToTransport() => new()
    {
        Host = Host,
        Port = Port,
        Tls = Certificate.Length > 0 ? new TlsSettings(Certificate, CertificateKey, Authority, CertificateName.Length > 0 ? CertificateName : null) : null,
    };
}
