namespace Cluster.Transport;

/// <summary>Both sides show a certificate of the same authority. Files are PEM and read once, at the start.</summary>
/// <param name="Certificate">This node's certificate, intermediate ones after it. Must name the host that peers dial, or the peers' <paramref name="PeerName"/>.</param>
/// <param name="Key">Its private key, not encrypted.</param>
/// <param name="Authority">The roots that sign the nodes' certificates; several while they are exchanged.</param>
/// <param name="PeerName">The name that every peer's certificate has to carry; null for the host that was dialled.</param>
public sealed record TlsSettings(string Certificate, string Key, string Authority, string? PeerName = null);
