using System.Security.Cryptography;

namespace Cluster.Sealing;

/// <summary>
/// Random nonces, fetched many at a time: the generator takes as long for one as for a hundred, and that is nearly as long as
/// sealing a small value. A nonce is no secret, only never used twice: each thread has its own, and takes each once.
/// </summary>
internal static class Nonces
{
    private const int AtOnce = 128 * SealedBlob.NonceBytes;

    [ThreadStatic]
    private static byte[]? t_fetched;

    [ThreadStatic]
    private static int t_left;

    public static void Fill(Span<byte> nonce)
    {
        var fetched = t_fetched ??= new byte[AtOnce];
        if (t_left == 0)
        {
            RandomNumberGenerator.Fill(fetched);
            t_left = AtOnce;
        }

        t_left -= SealedBlob.NonceBytes;
        fetched.AsSpan(t_left, SealedBlob.NonceBytes).CopyTo(nonce);
    }
}
