using System.Numerics;

namespace Cluster.Streams;

/// <summary>
/// Large arrays to use again. One that is dropped stays in memory until the next full collection, and a new one is fresh pages, so that a
/// few large values at a time would otherwise take many times their bytes. For any number of threads.
/// </summary>
/// <remarks>
/// What is idle is held weakly: a full collection takes it, and a node that is done with large values keeps none for ever. Whoever rents
/// and never returns harms nobody: the collector takes the array. To return what somebody may still read is the one fault to avoid.
/// </remarks>
/// <param name="mostIdle">Bytes; what is returned beyond them is dropped.</param>
public sealed class LargeBuffers(long mostIdle)
{
    /// <summary>Bytes of the smallest array. What is smaller is better made anew.</summary>
    public const int Least = 128 << 10;

    /// <summary>Looked through one by one.</summary>
    private const int MostArrays = 64;

    private readonly Lock _gate = new();
    private readonly List<Idle> _idle = [];
    private long _idleBytes;

    /// <returns>An array of at least so many bytes, whatever is in it.</returns>
    public byte[] Rent(int least)
    {
        var size = SizeFor(least);
        lock (_gate)
        {
            for (var i = _idle.Count - 1; i >= 0; i--)
            {
                var array = _idle[i].Array;
                if (array is null || array.Length == size)
                {
                    RemoveAt(i);
                }

                if (array?.Length == size)
                {
                    return array;
                }
            }
        }

        return GC.AllocateUninitializedArray<byte>(size);
    }

    /// <summary>Takes an array back that nobody reads or writes any more.</summary>
    /// <exception cref="ArgumentException">It was returned already.</exception>
    public void Return(byte[] array)
    {
        ArgumentNullException.ThrowIfNull(array);
        lock (_gate)
        {
            for (var i = _idle.Count - 1; i >= 0; i--)
            {
                var known = _idle[i].Array;
                if (known is null)
                {
                    RemoveAt(i);
                }
                else if (ReferenceEquals(known, array))
                {
                    throw new ArgumentException("The array was returned already.", nameof(array));
                }
            }

            if (_idle.Count < MostArrays && _idleBytes + array.Length <= mostIdle)
            {
                _idle.Add(new Idle(array));
                _idleBytes += array.Length;
            }
        }
    }

    /// <summary>A power of two or one of three steps between two of them: at most a quarter more than asked for.</summary>
    internal static int SizeFor(int least)
    {
        if (least <= Least)
        {
            return Least;
        }

        var step = 1L << (BitOperations.Log2((uint)least - 1) - 2);
        return (int)Math.Min(Array.MaxLength, (least + step - 1) / step * step);
    }

    private void RemoveAt(int index)
    {
        _idleBytes -= _idle[index].Length;
        _idle.RemoveAt(index);
    }

    private readonly struct Idle(byte[] array)
    {
        private readonly WeakReference<byte[]> _array = new(array);

        public int Length { get; } = array.Length;

        public byte[]? Array => _array.TryGetTarget(out var array) ? array : null;
    }
}
