using System.Buffers;
using Cluster.Transport.Frames;

namespace Cluster.Transport.Serving;

/// <summary>
/// A peer's connection to this node: requests arrive, replies leave as they are ready. A request that is answered without
/// waiting is handled on the reading loop, and all replies of one read leave together.
/// </summary>
internal sealed class IncomingConnection : IFrameSink
{
    private readonly FrameConnection _connection;
    private readonly TransportSettings _settings;
    private readonly ServiceTable _services;
    private readonly ExchangePool _pool;
    private readonly Room _room = new();
    private readonly Func<bool> _hasRoom;
    private volatile bool _draining;
    private int _handling;
    private long _handlingBytes;

    public IncomingConnection(Guid from, OpenStream open, TransportSettings settings, ServiceTable services, TimeProvider time)
    {
        From = from;
        _connection = new FrameConnection(open, settings, time);
        _settings = settings;
        _services = services;
        _pool = new ExchangePool(settings.MaxFrameBytes);
        _hasRoom = () => HasRoom;
    }

    public Guid From { get; }

    /// <summary>Requests are handled, or replies not sent.</summary>
    public bool IsBusy => Volatile.Read(ref _handling) > 0 || _connection.Sender.Unsent > 0;

    /// <summary>A peer that does not read its replies, or asks faster than this node answers, is not read any further.</summary>
    public bool HasRoom =>
        Volatile.Read(ref _handling) < _settings.MaxInFlight
        && Interlocked.Read(ref _handlingBytes) < _settings.MaxInFlightBytes
        && _connection.Sender.Unsent < _settings.MaxInFlightBytes
        && !_draining;

    /// <returns>Why it was closed.</returns>
    public async Task<string> RunAsync()
    {
        var reason = await _connection.RunAsync(this).ConfigureAwait(false);
        _pool.Close();
        return reason;
    }

    public void Close(string reason) => _connection.Close(reason);

    /// <summary>Takes no further requests.</summary>
    public void Drain() => _draining = true;

    public void Sweep(long now) => _connection.Sweep(now);

    Task IFrameSink.WaitForRoomAsync(CancellationToken cancellationToken) => _room.WaitAsync(_hasRoom, cancellationToken);

    void IFrameSink.Sent() => _room.Pulse();

    string? IFrameSink.Take(in FrameHeader header, in ReadOnlySequence<byte> payload)
    {
        if (header.Kind == FrameKind.Ping && payload.IsEmpty)
            return null;
        if (header.Kind != FrameKind.Request)
            return "the peer sent a frame that has no place here";
        var exchange = _pool.Rent();
        exchange.Load(header, payload);
        Interlocked.Increment(ref _handling);
        Interlocked.Add(ref _handlingBytes, exchange.Request.Length);
        Handle(exchange);
        return null;
    }

    private void Handle(Exchange exchange)
    {
        var handling = _services.HandleAsync(From, exchange, _connection.Closed);
        if (handling.IsCompletedSuccessfully)
            Finish(exchange, handling.Result, flush: false);
        else
            _ = FinishLaterAsync(exchange, handling);
    }

    private async Task FinishLaterAsync(Exchange exchange, ValueTask<FrameKind> handling) =>
        Finish(exchange, await handling.ConfigureAwait(false), flush: true);

    private void Finish(Exchange exchange, FrameKind kind, bool flush)
    {
        var bytes = exchange.Request.Length;
        _connection.Sender.TryQueue(exchange.Reply.Seal(kind, 0, exchange.Id), flush);
        _pool.Return(exchange);
        Interlocked.Add(ref _handlingBytes, -bytes);
        Interlocked.Decrement(ref _handling);
        _room.Pulse();
    }
}
