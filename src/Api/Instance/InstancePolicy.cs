using Actors.Instance;
using Api.Access;
using Api.ReadModels;
using Api.Security;

namespace Api.Instance;

/// <summary>The instance's settings as this node knows them, at most <see cref="Caller.Freshness"/> old.</summary>
internal sealed class InstancePolicy(InstanceQueries queries, TimeProvider time)
{
    private readonly FreshCache<Guid, StoredSettings> _settings =
        new(1, time, (_, cancellationToken) => StoredSettings.ReadAsync(queries, cancellationToken));

    public async ValueTask<StoredSettings> StoredAsync(CancellationToken cancellationToken) =>
        await _settings.GetAsync(Guid.Empty, cancellationToken);

    public async ValueTask<InstanceSettings> SettingsAsync(CancellationToken cancellationToken) =>
        (await StoredAsync(cancellationToken)).Settings;

    /// <summary>What of it decides about every request.</summary>
    public async ValueTask<AccessPolicy> AccessAsync(CancellationToken cancellationToken)
    {
        var settings = await SettingsAsync(cancellationToken);
        return new AccessPolicy(settings.RequiresMfa, settings.AllowProjectCreation);
    }

    /// <summary>After a change through this node.</summary>
    public void Forget() => _settings.Forget(Guid.Empty);
}
