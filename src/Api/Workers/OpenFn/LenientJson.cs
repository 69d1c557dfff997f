using System.Globalization;
using System.Text.Json;

namespace Api.Workers.OpenFn;

/// <summary>Reads fields that may be missing or of another kind than they should be.</summary>
internal static class LenientJson
{
    private const int MillisecondDigits = 13;
    private const long LatestMicros = 253_402_300_799_000_000;

    /// <summary>Null if this is no object or has no such property.</summary>
    public static JsonElement? Property(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : null;

    /// <summary>Null for anything but a text with something in it.</summary>
    public static string? Text(this JsonElement element, string name) =>
        element.Property(name) is { ValueKind: JsonValueKind.String } value && TextOf(value) is { Length: > 0 } text ? text : null;

    public static Guid? Id(this JsonElement element, string name) =>
        element.Property(name) is { ValueKind: JsonValueKind.String } value && value.TryGetGuid(out var id) ? id : null;

    public static long Number(this JsonElement element, string name) =>
        element.Property(name) is { ValueKind: JsonValueKind.Number } value
        && value.TryGetDouble(out var number) && number is >= 0 and < long.MaxValue ? (long)number : 0;

    /// <summary>Microseconds since the epoch as text or number; up to 13 digits are milliseconds (openfn-protocol 5.2).</summary>
    public static DateTimeOffset? Time(this JsonElement element, string name)
    {
        var text = element.Property(name) switch
        {
            { ValueKind: JsonValueKind.String } value => TextOf(value),
            { ValueKind: JsonValueKind.Number } value => value.GetRawText(),
            _ => null,
        };
        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return null;

        var micros = text!.Length <= MillisecondDigits ? number * 1_000 : number;
        return micros < LatestMicros ? DateTimeOffset.UnixEpoch.AddMicroseconds(micros) : null;
    }

    /// <summary>A text with half a surrogate pair is no text.</summary>
    private static string? TextOf(JsonElement value)
    {
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
