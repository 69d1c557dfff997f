using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Api.ReadModels;

/// <summary>Where a page ended, in a list ordered by time and id. Opaque to callers.</summary>
internal sealed record TimeCursor(DateTimeOffset At, Guid Id)
{
    public override string ToString() => CursorText.Write($"t{At.UtcTicks}:{Id:N}");

    public static bool TryRead(string? text, out TimeCursor? cursor)
    {
        cursor = null;
        if (string.IsNullOrEmpty(text)) return true;
        if (CursorText.Read(text, 't') is not (var ticks, var id)) return false;
        if (!long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            || value > DateTimeOffset.MaxValue.UtcTicks
            || !Guid.TryParseExact(id, "N", out var parsed)) return false;
        cursor = new TimeCursor(new DateTimeOffset(value, TimeSpan.Zero), parsed);
        return true;
    }
}

/// <summary>Where a page ended, in a list ordered by name and id.</summary>
internal sealed record NameCursor(string Name, Guid Id)
{
    public override string ToString() => CursorText.Write($"n{Id:N}:{Name}");

    public static bool TryRead(string? text, out NameCursor? cursor)
    {
        cursor = null;
        if (string.IsNullOrEmpty(text)) return true;
        if (CursorText.Read(text, 'n') is not (var id, var name)) return false;
        if (!Guid.TryParseExact(id, "N", out var parsed)) return false;
        cursor = new NameCursor(name, parsed);
        return true;
    }
}

/// <summary>Where a page of log lines ended.</summary>
internal sealed record LineCursor(int Attempt, int Number)
{
    public static LineCursor Start { get; } = new(0, -1);

    public override string ToString() => CursorText.Write(string.Create(CultureInfo.InvariantCulture, $"l{Attempt}:{Number}"));

    public static bool TryRead(string? text, out LineCursor cursor)
    {
        cursor = Start;
        if (string.IsNullOrEmpty(text)) return true;
        if (CursorText.Read(text, 'l') is not (var attempt, var number)) return false;
        if (!int.TryParse(attempt, NumberStyles.None, CultureInfo.InvariantCulture, out var first)
            || !int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var second)) return false;
        cursor = new LineCursor(first, second);
        return true;
    }
}

file static class CursorText
{
    public static string Write(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    public static (string First, string Second)? Read(string text, char kind)
    {
        if (text.Length > 1024 || !Base64Url.IsValid(text)) return null;
        var plain = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text));
        var colon = plain.IndexOf(':');
        return plain.Length > 0 && plain[0] == kind && colon > 0 ? (plain[1..colon], plain[(colon + 1)..]) : null;
    }
}
