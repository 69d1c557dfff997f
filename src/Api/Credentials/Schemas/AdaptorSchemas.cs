using System.Text.Json;
using Api.Workers;

namespace Api.Credentials.Schemas;

/// <summary>
/// The schemas of configurations that installed adaptors bring along (S0-16): <c>configuration-schema.json</c> of the npm package. The schema
/// <c>http</c> is that of <c>@openfn/language-http</c>, in the newest version that this node has installed.
/// </summary>
internal sealed class AdaptorSchemas(WorkerSettings worker)
{
    private const string Prefix = "@openfn/language-";
    private const int MaxBytes = 1 << 20;

    /// <returns>Null if no installed adaptor of that name has a schema that can be read.</returns>
    public async ValueTask<JsonDocument?> FindAsync(string schema, CancellationToken cancellationToken)
    {
        var name = schema.StartsWith(Prefix, StringComparison.Ordinal) ? schema[Prefix.Length..] : schema;
        if (name.Length == 0 || !name.All(static one => char.IsAsciiLetterOrDigit(one) || one is '-' or '.' or '_')) return null;
        return FileOf(name) is { } file ? await ReadAsync(file, cancellationToken) : null;
    }

    /// <summary>Adaptors lie in folders named <c>language-NAME_VERSION</c>, side by side.</summary>
    private string? FileOf(string name)
    {
        var scope = Path.Combine(worker.RepoDir, "node_modules", "@openfn");
        if (!Directory.Exists(scope)) return null;
        return Directory.EnumerateDirectories(scope, $"language-{name}_*")
            .Select(static folder => (Folder: folder, Version: VersionOf(folder)))
            .Where(static one => one.Version is not null)
            .OrderByDescending(static one => one.Version)
            .Select(static one => Path.Combine(one.Folder, "configuration-schema.json"))
            .FirstOrDefault(File.Exists);
    }

    private static Version? VersionOf(string folder) =>
        Version.TryParse(folder[(folder.LastIndexOf('_') + 1)..].Split('-')[0], out var version) ? version : null;

    private static async Task<JsonDocument?> ReadAsync(string file, CancellationToken cancellationToken)
    {
        try
        {
            if (new FileInfo(file).Length > MaxBytes) return null;
            var parsed = JsonDocument.Parse(await File.ReadAllBytesAsync(file, cancellationToken));
            if (parsed.RootElement.ValueKind == JsonValueKind.Object) return parsed;
            parsed.Dispose();
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }
}
