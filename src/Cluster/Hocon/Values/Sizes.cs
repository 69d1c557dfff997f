namespace Cluster.Hocon.Values;

/// <summary>
/// <c>10MB</c> is 10^7 bytes; <c>10MiB</c>, <c>10M</c> and <c>10m</c> are 10 * 2^20. Without unit: bytes.
/// </summary>
internal static class Sizes
{
    private static readonly Dictionary<string, decimal> Bytes = Units();

    private static readonly (string Unit, decimal Factor)[] LargestFirst =
        [("TiB", 1L << 40), ("GiB", 1L << 30), ("MiB", 1L << 20), ("KiB", 1L << 10), ("B", 1)];

    public static long? Parse(string text) =>
        Quantity.Parse(text, Bytes) is { } bytes && bytes <= long.MaxValue ? (long)bytes : null;

    public static string Format(long value) => Quantity.Format(value, LargestFirst);

    private static Dictionary<string, decimal> Units()
    {
        ReadOnlySpan<string> decimals = ["kilo", "mega", "giga", "tera", "peta", "exa", "zetta", "yotta"];
        ReadOnlySpan<string> binaries = ["kibi", "mebi", "gibi", "tebi", "pebi", "exbi", "zebi", "yobi"];
        var units = new Dictionary<string, decimal>(StringComparer.Ordinal);
        units.AddUnit(1, "", "B", "b", "byte", "bytes");
        decimal ten = 1, two = 1;
        for (var i = 0; i < decimals.Length; i++)
        {
            var letter = "KMGTPEZY"[i];
            var small = char.ToLowerInvariant(letter);
            ten *= 1000;
            two *= 1024;
            units.AddUnit(ten, $"{(i == 0 ? small : letter)}B", $"{decimals[i]}byte", $"{decimals[i]}bytes");
            units.AddUnit(two, $"{letter}", $"{small}", $"{letter}i", $"{letter}iB");
            units.AddUnit(two, $"{binaries[i]}byte", $"{binaries[i]}bytes");
        }

        return units;
    }
}
