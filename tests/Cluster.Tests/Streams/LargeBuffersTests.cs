using System.Runtime.CompilerServices;
using Cluster.Streams;

namespace Cluster.Tests.Streams;

public sealed class LargeBuffersTests
{
    private const int Mega = 1 << 20;
    private readonly LargeBuffers _buffers = new(4 * Mega);

    [Fact]
    public void What_was_returned_serves_again_for_the_same_size_only()
    {
        var first = _buffers.Rent(Mega);
        Assert.NotSame(first, _buffers.Rent(Mega));
        _buffers.Return(first);

        Assert.NotSame(first, _buffers.Rent(2 * Mega));
        Assert.Same(first, _buffers.Rent(Mega - 1));
        Assert.NotSame(first, _buffers.Rent(Mega));
    }

    [Fact]
    public void What_is_returned_twice_is_refused()
    {
        var array = _buffers.Rent(Mega);
        _buffers.Return(array);
        Assert.Throws<ArgumentException>(() => _buffers.Return(array));
    }

    [Fact]
    public void No_more_is_idle_than_the_bound()
    {
        byte[][] arrays = [.. Enumerable.Range(0, 6).Select(_ => _buffers.Rent(Mega))];
        foreach (var array in arrays)
        {
            _buffers.Return(array);
        }

        Assert.Equal(4, Enumerable.Range(0, 6).Count(_ => arrays.Contains(_buffers.Rent(Mega))));
    }

    [Fact]
    public void What_is_idle_goes_with_a_full_collection()
    {
        var idle = ReturnNew();
        GC.Collect(2, GCCollectionMode.Forced, blocking: true);
        Assert.False(idle.TryGetTarget(out _));

        // And its room is free.
        byte[][] arrays = [.. Enumerable.Range(0, 4).Select(_ => _buffers.Rent(Mega))];
        foreach (var array in arrays)
        {
            _buffers.Return(array);
        }

        Assert.All(arrays, _ => Assert.Contains(_buffers.Rent(Mega), arrays));
    }

    [Theory]
    [InlineData(1, LargeBuffers.Least)]
    [InlineData(LargeBuffers.Least, LargeBuffers.Least)]
    [InlineData(LargeBuffers.Least + 1, LargeBuffers.Least / 4 * 5)]
    [InlineData(Mega, Mega)]
    [InlineData(10_000_046, 10 * Mega)]
    [InlineData(int.MaxValue - 100, 0x7FFFFFC7)]
    public void Sizes_are_few_and_waste_a_quarter_at_most(int least, int size) => Assert.Equal(size, LargeBuffers.SizeFor(least));

    [Fact]
    public void Threads_never_have_the_same_array()
    {
        Parallel.For(0, 20_000, _ =>
        {
            var array = _buffers.Rent(LargeBuffers.Least);
            var mine = Random.Shared.NextInt64();
            BitConverter.TryWriteBytes(array, mine);
            Thread.Yield();
            Assert.Equal(mine, BitConverter.ToInt64(array));
            _buffers.Return(array);
        });
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private WeakReference<byte[]> ReturnNew()
    {
        var array = _buffers.Rent(4 * Mega);
        _buffers.Return(array);
        return new WeakReference<byte[]>(array);
    }
}
