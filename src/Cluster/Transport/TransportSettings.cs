using System.Net;

namespace Cluster.Transport;

/// <summary>Where a node listens for its peers, and the bounds of talking to them. Bounds are per peer.</summary>
public sealed record TransportSettings
{
    /// <summary>Address to listen on. Anything beyond the loopback needs <see cref="Tls"/>.</summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>Port to listen on; 0 takes any free one.</summary>
    public int Port { get; init; } = 4100;

    /// <summary>The largest request or reply. A longer frame closes the connection.</summary>
    public int MaxFrameBytes { get; init; } = 64 << 20;

    /// <summary>Calls that may wait for a reply; and requests of a peer that are handled at the same time.</summary>
    public int MaxInFlight { get; init; } = 16_384;

    /// <summary>Bytes of these requests; and bytes queued for sending to one peer.</summary>
    public long MaxInFlightBytes { get; init; } = 128 << 20;

    /// <summary>Longest time to reach a peer, and so for a call to wait for a connection.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Longest time from a connection to its accepted handshake, that of TLS included.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Either side sends a ping when it has sent nothing for this long.</summary>
    public TimeSpan PingEvery { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>A connection on which nothing arrives for this long is closed.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(6);

    /// <summary>Null: connections are not encrypted, and only the loopback is used.</summary>
    public TlsSettings? Tls { get; init; }

    /// <exception cref="TransportRefusedException">A value is outside its range, or TLS is missing where it must be.</exception>
    public void Validate()
    {
        if (string.IsNullOrWhiteSpace(Host))
            throw new TransportRefusedException("The transport's host is missing.");
        RequireWithin(Port, 0, IPEndPoint.MaxPort, nameof(Port));
        RequireWithin(MaxFrameBytes, 1 << 10, 1 << 29, nameof(MaxFrameBytes));
        RequireWithin(MaxInFlight, 1, 1 << 20, nameof(MaxInFlight));
        RequireWithin(MaxInFlightBytes, (long)MaxFrameBytes, 1L << 36, nameof(MaxInFlightBytes));
        RequireWithin(ConnectTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(1), nameof(ConnectTimeout));
        RequireWithin(HandshakeTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(1), nameof(HandshakeTimeout));
        RequireWithin(PingEvery, TimeSpan.FromMilliseconds(200), TimeSpan.FromMinutes(1), nameof(PingEvery));
        RequireWithin(Silence, 2 * PingEvery, TimeSpan.FromMinutes(10), nameof(Silence));
        if (Tls is null && !Loopback.Includes(Host))
            throw new TransportRefusedException(
                $"The transport may listen on {Host}, beyond the loopback, only with TLS: configure certificate, key and authority.");
    }

    private static void RequireWithin<T>(T value, T least, T most, string name)
        where T : IComparable<T>
    {
        if (value.CompareTo(least) < 0 || value.CompareTo(most) > 0)
            throw new TransportRefusedException(FormattableString.Invariant(
                $"The transport's {name} is {value}; it must be between {least} and {most}."));
    }
}
