using System.Globalization;

namespace Cluster.Hocon.Values;

/// <summary>A number and its unit, as in <c>500 ms</c> or <c>10MiB</c>.</summary>
internal static class Quantity
{
    /// <summary>
    /// The amount in <paramref name="units"/>' base unit; null when unreadable, negative or beyond a decimal.
    /// </summary>
    public static decimal? Parse(string text, IReadOnlyDictionary<string, decimal> units)
    {
        var trimmed = text.Trim();
        var letters = trimmed.Length;
        while (letters > 0 && char.IsLetter(trimmed[letters - 1])) letters--;
        if (!units.TryGetValue(trimmed[letters..], out var factor)) return null;
        if (!decimal.TryParse(
                trimmed.AsSpan(0, letters).TrimEnd(),
                NumberStyles.AllowDecimalPoint,
                CultureInfo.InvariantCulture,
                out var number))
        {
            return null;
        }

        return factor > 1 && number > decimal.MaxValue / factor ? null : number * factor;
    }

    /// <summary>Adds <paramref name="factor"/> under each of <paramref name="names"/>.</summary>
    public static void AddUnit(this Dictionary<string, decimal> units, decimal factor, params string[] names)
    {
        foreach (var name in names) units.Add(name, factor);
    }

    /// <summary>The amount in the largest unit that holds it without a fraction.</summary>
    public static string Format(decimal amount, ReadOnlySpan<(string Unit, decimal Factor)> largestFirst)
    {
        foreach (var (unit, factor) in largestFirst)
        {
            if (amount != 0 && amount % factor == 0)
                return (amount / factor).ToString("0", CultureInfo.InvariantCulture) + unit;
        }

        return amount.ToString("0", CultureInfo.InvariantCulture) + largestFirst[^1].Unit;
    }
}
