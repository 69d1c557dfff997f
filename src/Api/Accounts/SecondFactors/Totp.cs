using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Api.Accounts.SecondFactors;

/// <summary>Time-based one-time codes as authenticator apps make them: RFC 6238 with SHA-1, six digits, steps of 30 seconds.</summary>
internal static class Totp
{
    public const int Digits = 6;
    public const int StepSeconds = 30;

    /// <summary>RFC 4226, 4, R6.</summary>
    public const int SecretBytes = 20;

    /// <summary>Steps before and after the present one that are accepted, for clocks that differ (RFC 6238, 5.2).</summary>
    private const int Window = 1;
    private const int Modulus = 1_000_000;

    public static long StepOf(DateTimeOffset at) => at.ToUnixTimeSeconds() / StepSeconds;

    /// <returns>The step that the code is of; null if it is none of those accepted now.</returns>
    public static long? Find(ReadOnlySpan<byte> secret, string code, DateTimeOffset now)
    {
        if (code.Length != Digits || !code.All(char.IsAsciiDigit)) return null;

        // All of the window is computed, whichever fits: the time says nothing.
        long? found = null;
        var given = System.Text.Encoding.ASCII.GetBytes(code);
        for (var step = StepOf(now) - Window; step <= StepOf(now) + Window; step++)
        {
            if (CryptographicOperations.FixedTimeEquals(System.Text.Encoding.ASCII.GetBytes(Code(secret, step)), given)) found = step;
        }

        return found;
    }

    /// <summary>RFC 4226, 5.3: HMAC and dynamic truncation.</summary>
    public static string Code(ReadOnlySpan<byte> secret, long step)
    {
        Span<byte> counter = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
        Span<byte> mac = stackalloc byte[HMACSHA1.HashSizeInBytes];
#pragma warning disable CA5350 // The algorithm that RFC 6238 and every app have in common; HMAC does not need collision resistance.
        HMACSHA1.HashData(secret, counter, mac);
#pragma warning restore CA5350
        var number = BinaryPrimitives.ReadInt32BigEndian(mac[(mac[^1] & 0x0F)..]) & int.MaxValue;
        return (number % Modulus).ToString("D6", System.Globalization.CultureInfo.InvariantCulture);
    }
}
