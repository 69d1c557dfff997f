using System.Collections.Concurrent;

namespace Cluster.Transport.Serving;

/// <summary>Keeps a few exchanges of a connection for the next requests.</summary>
internal sealed class ExchangePool(int maxPayload)
{
    private const int Most = 256;

    private readonly ConcurrentQueue<Exchange> _spare = new();
    private volatile bool _closed;

    public Exchange Rent() => _spare.TryDequeue(out var exchange) ? exchange : new Exchange(maxPayload);

    public void Return(Exchange exchange)
    {
        exchange.Reset();
        if (_closed || _spare.Count >= Most)
            exchange.Release();
        else
            _spare.Enqueue(exchange);
    }

    public void Close()
    {
        _closed = true;
        while (_spare.TryDequeue(out var exchange))
            exchange.Release();
    }
}
