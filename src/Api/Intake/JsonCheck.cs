using System.Text.Json;
using System.Text.Unicode;

namespace Api.Intake;

/// <summary>Whether bytes are one JSON value in valid UTF-8, in one pass and without building it.</summary>
internal static class JsonCheck
{
    public const int MaxDepth = 128;

    public static bool IsValid(ReadOnlySpan<byte> utf8)
    {
        if (!Utf8.IsValid(utf8)) return false;
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = MaxDepth });
        try
        {
            while (reader.Read())
            {
            }

            return reader.BytesConsumed > 0;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
