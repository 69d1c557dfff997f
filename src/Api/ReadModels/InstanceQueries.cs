using Cluster.Journal;

namespace Api.ReadModels;

internal sealed class InstanceSettingsRow
{
    public long Version { get; init; }

    /// <summary>JSON.</summary>
    public string Settings { get; init; } = "";
}

internal sealed class InstanceQueries(IReadStore store)
{
    /// <summary>Null while nothing was ever set.</summary>
    public Task<InstanceSettingsRow?> SettingsAsync(CancellationToken cancellationToken) =>
        store.FindAsync<InstanceSettingsRow>("select version, settings from instance_settings", null, cancellationToken);
}
