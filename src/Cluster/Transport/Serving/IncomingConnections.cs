using System.Net;
using Cluster.Hosting;
using Cluster.Transport.Frames;
using Microsoft.Extensions.Logging;

namespace Cluster.Transport.Serving;

/// <summary>The members' connections to this node, one for each: a newer one takes the place of an older one.</summary>
internal sealed class IncomingConnections(
    TransportSettings settings, ServiceTable services, IPeerDirectory directory, Action connected, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan s_logEvery = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<Guid, IncomingConnection> _byNode = [];
    private bool _closed;
    private long? _loggedAt;
    private int _unlogged;

    public bool AnyBusy => Snapshot().Any(connection => connection.IsBusy);

    /// <summary>Serves a member until its connection is closed.</summary>
    public async Task RunAsync(Guid from, OpenStream open)
    {
        var connection = new IncomingConnection(from, open, settings, services, time);
        Add(connection);
        if (!directory.TryGet(from, out _))
            connection.Close("the peer has left"); // While it shook hands; who dropped it did not see this connection.
        var reason = await connection.RunAsync().ConfigureAwait(false);
        Remove(connection);
        Log.IncomingClosed(logger, from, reason);
    }

    /// <summary>Strangers decide how often this is called, so not every refusal is logged.</summary>
    public void Refused(EndPoint? remote, string reason)
    {
        int unlogged;
        lock (_gate)
        {
            if (_loggedAt is { } at && time.GetElapsedTime(at) < s_logEvery)
            {
                _unlogged++;
                return;
            }

            _loggedAt = time.GetTimestamp();
            unlogged = _unlogged;
            _unlogged = 0;
        }

        Log.IncomingRefused(logger, remote?.ToString(), reason, unlogged);
    }

    /// <returns>Whether there is any connection.</returns>
    public bool Sweep(long now)
    {
        var connections = Snapshot();
        foreach (var connection in connections)
            connection.Sweep(now);
        return connections.Count > 0;
    }

    public void Drop(Guid nodeId, string reason)
    {
        IncomingConnection? connection;
        lock (_gate)
        {
            connection = _byNode.GetValueOrDefault(nodeId);
        }

        connection?.Close(reason);
    }

    public void Drain()
    {
        foreach (var connection in Snapshot())
            connection.Drain();
    }

    public void Close(string reason)
    {
        lock (_gate)
        {
            _closed = true;
        }

        foreach (var connection in Snapshot())
            connection.Close(reason);
    }

    private void Add(IncomingConnection connection)
    {
        IncomingConnection? older;
        lock (_gate)
        {
            older = _byNode.GetValueOrDefault(connection.From);
            _byNode[connection.From] = connection;
            if (_closed)
                connection.Close("the node stops");
        }

        older?.Close("a newer connection took its place");
        connected();
    }

    private void Remove(IncomingConnection connection)
    {
        lock (_gate)
        {
            if (_byNode.GetValueOrDefault(connection.From) == connection)
                _byNode.Remove(connection.From);
        }
    }

    private List<IncomingConnection> Snapshot()
    {
        lock (_gate)
        {
            return [.. _byNode.Values];
        }
    }
}
