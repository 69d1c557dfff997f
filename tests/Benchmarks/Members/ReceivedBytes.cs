using System.Diagnostics.Metrics;

namespace Cluster.Benchmarks.Members;

/// <summary>Bytes that this process gets from databases from now on, as Npgsql counts them.</summary>
internal sealed class ReceivedBytes : IDisposable
{
    private const string Instrument = "db.client.operation.npgsql.bytes_read";

    private readonly MeterListener _listener = new();
    private long _count;

    public ReceivedBytes()
    {
        _listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Name == Instrument)
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((_, bytes, _, _) => Interlocked.Add(ref _count, bytes));
        _listener.Start();
    }

    public long Count => Interlocked.Read(ref _count);

    public void Dispose() => _listener.Dispose();
}
