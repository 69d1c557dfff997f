namespace Api.Accounts.SecondFactors;

/// <summary>RFC 4648, 6, without padding: how apps and people write binary secrets.</summary>
internal static class Base32
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private const int BitsPerLetter = 5;

    public static string Encode(ReadOnlySpan<byte> bytes)
    {
        var text = new System.Text.StringBuilder(((bytes.Length * 8) + BitsPerLetter - 1) / BitsPerLetter);
        var (buffer, bits) = (0, 0);
        foreach (var one in bytes)
        {
            buffer = ((buffer << 8) | one) & 0xFFFF;
            bits += 8;
            for (; bits >= BitsPerLetter; bits -= BitsPerLetter) text.Append(Alphabet[(buffer >> (bits - BitsPerLetter)) & 31]);
        }

        if (bits > 0) text.Append(Alphabet[(buffer << (BitsPerLetter - bits)) & 31]);
        return text.ToString();
    }
}
