using System.Globalization;

namespace Cluster.Benchmarks;

/// <summary>Whole numbers as people write them: 600, 100k, 1m.</summary>
internal static class ShortNumber
{
    private const int Thousand = 1_000;
    private const int Million = 1_000_000;

    public static int? Parse(string text)
    {
        var factor = text is [.., 'k'] ? Thousand : text is [.., 'm'] ? Million : 1;
        var digits = factor == 1 ? text : text[..^1];
        return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= int.MaxValue / factor
            ? number * factor
            : null;
    }

    public static string Of(int number) => number switch
    {
        > 0 when number % Million == 0 => $"{number / Million}m",
        > 0 when number % Thousand == 0 => $"{number / Thousand}k",
        _ => number.ToString(CultureInfo.InvariantCulture),
    };
}
