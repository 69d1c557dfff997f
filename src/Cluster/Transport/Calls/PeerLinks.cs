using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Cluster.Transport.Calls;

/// <summary>The ways to all peers that were called.</summary>
internal sealed class PeerLinks(
    TransportSettings settings, IPeerDirectory directory, Dialer dialer, Action connected, TimeProvider time, ILogger logger)
{
    private readonly ConcurrentDictionary<Guid, PeerLink> _links = new();
    private int _waiting;
    private volatile string? _closed;

    /// <summary>The connection to a peer, if it is open.</summary>
    public OutgoingConnection? Current(Guid nodeId) => _links.TryGetValue(nodeId, out var link) ? link.Current : null;

    /// <summary>The connection to a peer, dialled if need be. Does not throw.</summary>
    /// <param name="timeout">The call's; a dial is not waited for longer than its own bound.</param>
    public async Task<Dialled> ConnectAsync(Guid nodeId, TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref _waiting) > settings.MaxInFlight)
        {
            Interlocked.Decrement(ref _waiting);
            return new Dialled(null, "too many calls wait for a connection");
        }

        try
        {
            var bound = timeout < settings.ConnectTimeout ? timeout : settings.ConnectTimeout;
            return await FindAndConnectAsync(nodeId, cancellationToken).WaitAsync(bound, time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return new Dialled(null, "there was no connection in time");
        }
        catch (Exception e)
        {
            return new Dialled(null, cancellationToken.IsCancellationRequested ? "the caller stopped waiting" : Reasons.Of(e));
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    public void Drop(Guid nodeId, string reason)
    {
        if (_links.TryRemove(nodeId, out var link))
            link.Close(reason);
    }

    /// <returns>Whether any connection is open.</returns>
    public bool Sweep(long now)
    {
        var any = false;
        foreach (var (_, link) in _links)
            any |= link.Sweep(now);
        return any;
    }

    /// <summary>For good.</summary>
    public void Close(string reason)
    {
        _closed = reason;
        foreach (var (_, link) in _links)
            link.Close(reason);
    }

    private async Task<Dialled> FindAndConnectAsync(Guid nodeId, CancellationToken cancellationToken)
    {
        if (await directory.FindAsync(nodeId, cancellationToken).ConfigureAwait(false) is null)
            return new Dialled(null, $"node {nodeId} is not a member, or is this node");
        var link = _links.GetOrAdd(nodeId, id => new PeerLink(id, dialer, connected, time, logger));
        if (_closed is { } reason)
            link.Close(reason); // It may have been added after the others were closed.
        return await link.ConnectAsync().ConfigureAwait(false);
    }
}
