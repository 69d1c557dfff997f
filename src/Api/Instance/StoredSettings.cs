using System.Text.Json;
using Actors.Instance;
using Api.ReadModels;

namespace Api.Instance;

/// <param name="Version">0 while nothing was ever set.</param>
internal sealed record StoredSettings(long Version, InstanceSettings Settings)
{
    private static readonly StoredSettings s_default = new(0, InstanceSettings.Default);

    public static async Task<StoredSettings> ReadAsync(InstanceQueries queries, CancellationToken cancellationToken) =>
        await queries.SettingsAsync(cancellationToken) is { } row
            ? new StoredSettings(row.Version, JsonSerializer.Deserialize(row.Settings, DefinitionJson.Default.InstanceSettings)!)
            : s_default;
}
