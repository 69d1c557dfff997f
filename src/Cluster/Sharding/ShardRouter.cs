using Cluster.Entities;
using Cluster.Hosting;
using Microsoft.Extensions.Logging;

namespace Cluster.Sharding;

/// <summary>
/// The way to entities wherever they live: here if the shard is served here, otherwise at its owner. A shard that nobody
/// serves at the moment is waited for. A command that may have reached its entity is never sent a second time.
/// </summary>
internal sealed class ShardRouter : IEntities
{
    /// <summary>Asks that may be on their way to other nodes, or wait for an owner, at the same time.</summary>
    private const int MostRouted = 20_000;

    private static readonly TimeSpan s_lookAgain = TimeSpan.FromMilliseconds(50);
    private static readonly Outcome s_nobody = new Outcome.Unavailable("no node serves the shard at the moment");

    private readonly EntityHost _host;
    private readonly RemoteEntities _remote;
    private readonly ClusterState _state;
    private readonly EntitySettings _settings;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private int _routed;

    public ShardRouter(
        EntityHost host, RemoteEntities remote, ClusterState state, EntitySettings settings, TimeProvider time,
        ILogger<ShardRouter> logger)
    {
        _host = host;
        _remote = remote;
        _state = state;
        _settings = settings;
        _time = time;
        _logger = logger;
        host.Route = this;
    }

    public ValueTask<Outcome> AskAsync(EntityRef entity, object command, CancellationToken cancellationToken) =>
        AskAsync(RoutedAsk.Of(entity, command, isNew: false), cancellationToken);

    public ValueTask<Outcome> AskNewAsync(EntityRef entity, object command, CancellationToken cancellationToken) =>
        AskAsync(RoutedAsk.Of(entity, command, isNew: true), cancellationToken);

    public ValueTask<Outcome> AskHereAsync(EntityRef entity, object command, CancellationToken cancellationToken) =>
        _host.AskHereAsync(entity, command, cancellationToken);

    public bool Tell(EntityRef entity, object command)
    {
        if (_host.TryTell(entity, command) is { } done)
        {
            return done;
        }

        _ = TellAsync(new RoutedAsk(entity, command, IsNew: false));
        return true;
    }

    public void LetGo(EntityRef entity) => _host.LetGo(entity);

    public Guid NewLocalId() => _host.NewLocalId();

    public Guid NewId(int shard) => _host.NewId(shard);

    private ValueTask<Outcome> AskAsync(in RoutedAsk ask, CancellationToken cancellationToken) =>
        _host.TryAsk(ask, cancellationToken) ?? RouteAsync(ask, cancellationToken);

    private async Task TellAsync(RoutedAsk ask)
    {
        try
        {
            await RouteAsync(ask, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            Log.EffectFailed(_logger, ask.Entity, e);
        }
    }

    private async ValueTask<Outcome> RouteAsync(RoutedAsk ask, CancellationToken cancellationToken)
    {
        try
        {
            return Interlocked.Increment(ref _routed) > MostRouted
                ? Outcome.Overloaded.Instance
                : await FindAsync(ask, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref _routed);
        }
    }

    private async ValueTask<Outcome> FindAsync(RoutedAsk ask, CancellationToken cancellationToken)
    {
        var began = _time.GetTimestamp();
        while (true)
        {
            var changed = _state.Changed;
            if (_host.TryAsk(ask, cancellationToken) is { } local)
            {
                return await local.ConfigureAwait(false);
            }

            var left = _settings.AskTimeout - _time.GetElapsedTime(began);
            if (left <= TimeSpan.Zero || cancellationToken.IsCancellationRequested || _state.WasDeclaredDown)
            {
                return s_nobody;
            }

            if (_state.View.Shards[ShardMap.ShardOf(ask.Entity.Id)].Owner is { } owner && owner != _state.Self
                && await _remote.AskAsync(owner, ask, left, cancellationToken).ConfigureAwait(false) is { } outcome)
            {
                return outcome;
            }

            await Task.WhenAny(changed, Task.Delay(s_lookAgain, _time, CancellationToken.None)).ConfigureAwait(false);
        }
    }
}

/// <summary>A command that looks for its entity.</summary>
/// <param name="IsNew">Nobody has used the id before: there is nothing to recover.</param>
internal readonly record struct RoutedAsk(EntityRef Entity, object Command, bool IsNew)
{
    /// <summary>See <see cref="Entities.Origin"/>.</summary>
    public string? Origin { get; init; }

    /// <summary>An ask on behalf of <see cref="Entities.Origin.Current"/>.</summary>
    public static RoutedAsk Of(EntityRef entity, object command, bool isNew) =>
        new(entity, command, isNew) { Origin = Entities.Origin.Current };
}
