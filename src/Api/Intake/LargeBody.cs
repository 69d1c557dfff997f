using System.Security.Cryptography;

namespace Api.Intake;

/// <summary>The memory that a large body takes. Disposed of with its request, whatever became of it; for one thread at a time.</summary>
internal sealed class LargeBody(BodyMemory memory) : IDisposable
{
    // Of the first size, and of what each growth added.
    private readonly List<IDisposable> _room = [];
    private byte[]? _array;
    private int _size;

    /// <summary>Takes more memory and moves what is there into it.</summary>
    /// <param name="body">As large as <paramref name="size"/> then.</param>
    /// <param name="filled">So much of it is there.</param>
    /// <returns>False if there is no room; then nothing changed.</returns>
    public bool TryGrow(ref Memory<byte> body, int filled, int size)
    {
        if (memory.TryTake(size - _size) is not { } room) return false;
        _room.Add(room);
        var array = memory.Buffers.Rent(size);
        body.Span[..filled].CopyTo(array);
        GiveBack();
        (_array, _size, body) = (array, size, array.AsMemory(0, size));
        return true;
    }

    /// <summary>The body serves nobody any more: its array is cleared and used for others. To be called only when it is certain that
    /// nobody reads it; of a body that may still be read somewhere the collector takes the array.</summary>
    public void Release()
    {
        GiveBack();
        Dispose();
    }

    public void Dispose()
    {
        _array = null;
        foreach (var room in _room) room.Dispose();
        _room.Clear();
    }

    private void GiveBack()
    {
        if (_array is not { } array) return;
        _array = null;

        // Bodies have people's data in them.
        CryptographicOperations.ZeroMemory(array.AsSpan(0, _size));
        memory.Buffers.Return(array);
    }
}
