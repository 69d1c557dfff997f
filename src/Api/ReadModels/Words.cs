using System.Collections.Frozen;
using System.Text.Json;

namespace Api.ReadModels;

/// <summary>Enum values as the lower_snake words that are stored and shown.</summary>
internal static class Words
{
    public static string Of<T>(T value)
        where T : struct, Enum => Map<T>.ToWord[value];

    /// <exception cref="KeyNotFoundException">No value has that word.</exception>
    public static T Parse<T>(string word)
        where T : struct, Enum => Map<T>.ToValue[word];

    public static bool Known<T>(string word)
        where T : struct, Enum => Map<T>.ToValue.ContainsKey(word);

    public static string All<T>()
        where T : struct, Enum => string.Join(", ", Enum.GetValues<T>().Select(Of).Where(Known<T>));

    private static class Map<T>
        where T : struct, Enum
    {
        public static readonly FrozenDictionary<T, string> ToWord = Enum.GetValues<T>()
            .ToFrozenDictionary(static value => value, static value => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString()));

        /// <summary>Without "absent": what was never made is neither stored nor asked for.</summary>
        public static readonly FrozenDictionary<string, T> ToValue = ToWord.Where(static pair => pair.Value != "absent")
            .ToFrozenDictionary(static pair => pair.Value, static pair => pair.Key, StringComparer.Ordinal);
    }
}
