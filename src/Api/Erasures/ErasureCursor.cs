using System.Globalization;
using System.Text.RegularExpressions;
using Api.ReadModels;

namespace Api.Erasures;

/// <summary>Where a page of matches ended.</summary>
internal static partial class ErasureCursor
{
    public static string Write(ErasureMatchRow row) =>
        string.Create(CultureInfo.InvariantCulture, $"{row.Kind}.{row.ItemId:N}.{row.Attempt}.{row.Number}");

    public static bool TryRead(string? text, out ErasureMatchRow? row)
    {
        row = null;
        if (string.IsNullOrEmpty(text)) return true;
        if (Form().Match(text) is not { Success: true } match) return false;
        row = new ErasureMatchRow
        {
            Kind = match.Groups[1].Value,
            ItemId = Guid.ParseExact(match.Groups[2].Value, "N"),
            Attempt = long.Parse(match.Groups[3].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture),
            Number = long.Parse(match.Groups[4].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture),
        };
        return true;
    }

    [GeneratedRegex(@"\A(dataclip|log_line|run)\.([0-9a-f]{32})\.([0-9]{1,10})\.([0-9]{1,10})\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
