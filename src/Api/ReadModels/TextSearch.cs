using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;

namespace Api.ReadModels;

/// <summary>Where a text is looked for.</summary>
[Flags]
internal enum SearchPlaces
{
    Id = 1,

    /// <summary>Inputs and outputs.</summary>
    Body = 2,
    Log = 4,
    All = Id | Body | Log,
}

/// <summary>
/// A text that is looked for in what runs took, made and logged: anywhere in it, without regard to the case of A to Z, every
/// character standing for itself. Bodies beyond <see cref="MaxBody"/> are left out.
/// </summary>
internal sealed record TextSearch(string Text, SearchPlaces Places)
{
    public const int MinLength = 2;
    public const int MaxLength = 200;

    /// <summary>Bytes.</summary>
    public const int MaxBody = 1 << 20;

    private readonly byte[] _asText = Lowered(Text);

    /// <summary>The text as it stands inside a JSON string.</summary>
    private readonly byte[] _inJson = Lowered(JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(Text));

    public bool HasId(Guid id) =>
        Places.HasFlag(SearchPlaces.Id) && id.ToString().Contains(Text, StringComparison.OrdinalIgnoreCase);

    /// <param name="utf8">Is overwritten.</param>
    public bool IsIn(byte[] utf8)
    {
        Lower(utf8);
        return utf8.AsSpan().IndexOf(_asText) >= 0
            || (!_inJson.AsSpan().SequenceEqual(_asText) && utf8.AsSpan().IndexOf(_inJson) >= 0);
    }

    private static byte[] Lowered(string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        Lower(utf8);
        return utf8;
    }

    /// <summary>A to Z alone: of every other character the bytes stay.</summary>
    private static void Lower(Span<byte> utf8)
    {
        while (Ascii.ToLowerInPlace(utf8, out var done) == OperationStatus.InvalidData) utf8 = utf8[(done + 1)..];
    }
}
