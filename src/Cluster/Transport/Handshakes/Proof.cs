using System.Security.Cryptography;

namespace Cluster.Transport.Handshakes;

/// <summary>
/// Shows that a side knows the member table, without showing the table. The key is made of both sides' keys; what is
/// signed is the side's name and the whole hello and challenge, so both node ids, both fresh nonces and the version: a
/// proof is worth nothing in another connection or from the other side.
/// </summary>
internal static class Proof
{
    public static byte[] OfDialer(Peer dialer, Peer listener, byte[] hello, byte[] challenge) =>
        Create("dialer"u8, dialer, listener, hello, challenge);

    public static byte[] OfListener(Peer dialer, Peer listener, byte[] hello, byte[] challenge) =>
        Create("listener"u8, dialer, listener, hello, challenge);

    /// <exception cref="HandshakeException">It is not the expected one.</exception>
    public static void Require(byte[] expected, byte[] shown)
    {
        if (!CryptographicOperations.FixedTimeEquals(expected, shown))
            throw new HandshakeException("the proof of knowing the member table is wrong");
    }

    private static byte[] Create(ReadOnlySpan<byte> side, Peer dialer, Peer listener, byte[] hello, byte[] challenge)
    {
        var key = HMACSHA256.HashData(KeyOf(listener).Span, KeyOf(dialer).Span);
        using var mac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        mac.AppendData(side);
        mac.AppendData(SHA256.HashData(hello)); // Of a fixed length each: where one ends cannot be moved.
        mac.AppendData(SHA256.HashData(challenge));
        return mac.GetHashAndReset();
    }

    private static ReadOnlyMemory<byte> KeyOf(Peer peer) => peer.Key.Length == Peer.KeyBytes
        ? peer.Key
        : throw new HandshakeException($"the member table has no usable key for node {peer.NodeId}");
}
