namespace Cluster.Transport.Handshakes;

/// <summary>There will be no connection. The message is for people on both sides and holds no secret.</summary>
internal sealed class HandshakeException(string reason) : Exception(reason);
