using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Api.Workflows;

internal static class MediaTypes
{
    public static readonly string[] Yaml = ["application/yaml", "application/x-yaml", "text/yaml"];

    public static bool IsYaml(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type) && IsYaml(type);

    /// <summary>Whether the best-liked type of an Accept header is YAML.</summary>
    public static bool WantsYaml(StringValues accept) =>
        MediaTypeHeaderValue.TryParseList(accept, out var types)
        && types.MaxBy(static type => type.Quality ?? 1) is { } best
        && IsYaml(best);

    private static bool IsYaml(MediaTypeHeaderValue type) =>
        Array.Exists(Yaml, known => type.MediaType.Equals(known, StringComparison.OrdinalIgnoreCase));
}
