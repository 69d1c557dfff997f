using System.Numerics;

namespace Cluster.Benchmarks.Load;

/// <summary>Counts latencies in buckets that are 3 % wide, so that a million answers cost a few kilobytes.</summary>
internal sealed class LatencyHistogram
{
    private const int StepsPerOctave = 32;
    private readonly long[] _counts = new long[64 * StepsPerOctave];

    public long Count { get; private set; }

    public void Add(TimeSpan latency)
    {
        _counts[BucketOf(Math.Max(1, latency.Ticks))]++;
        Count++;
    }

    public void Add(LatencyHistogram other)
    {
        for (var i = 0; i < _counts.Length; i++)
            _counts[i] += other._counts[i];
        Count += other.Count;
    }

    public double Milliseconds(double quantile)
    {
        var left = (long)Math.Ceiling(Count * quantile);
        var bucket = 0;
        while (bucket < _counts.Length - 1 && (left -= _counts[bucket]) > 0)
            bucket++;
        return UpperTicks(bucket) / TimeSpan.TicksPerMillisecond;
    }

    private static int BucketOf(long ticks)
    {
        var octave = BitOperations.Log2((ulong)ticks);
        var fraction = ((double)ticks / (1L << octave)) - 1;
        return (octave * StepsPerOctave) + (int)(fraction * StepsPerOctave);
    }

    private static double UpperTicks(int bucket) =>
        (1L << (bucket / StepsPerOctave)) * (1 + (((bucket % StepsPerOctave) + 1) / (double)StepsPerOctave));
}
