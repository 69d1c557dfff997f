using System.Buffers;
using System.IO.Pipelines;

namespace Api.Intake;

/// <summary>Reads a whole body within a limit into one array of its exact size.</summary>
internal static class BodyReader
{
    /// <summary>A caller who announces more gets no larger array before the bytes are there.</summary>
    private const int TrustedLength = 64 << 10;

    /// <returns>Null when the body is larger than <paramref name="limit"/>.</returns>
    public static ValueTask<byte[]?> ReadAsync(HttpRequest request, int limit, CancellationToken cancellationToken)
    {
        var length = request.ContentLength;
        if (length > limit) return ValueTask.FromResult<byte[]?>(null);
        if (length == 0) return ValueTask.FromResult<byte[]?>([]);
        return length <= TrustedLength
            ? ReadKnownAsync(request.BodyReader, (int)length.Value, cancellationToken)
            : ReadGrowingAsync(request.BodyReader, limit, cancellationToken);
    }

    private static async ValueTask<byte[]?> ReadKnownAsync(PipeReader reader, int length, CancellationToken cancellationToken)
    {
        var body = GC.AllocateUninitializedArray<byte>(length);
        var filled = 0;
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken);
            read.Buffer.CopyTo(body.AsSpan(filled));
            filled += (int)read.Buffer.Length;
            reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted || filled == length) return filled == length ? body : body[..filled];
        }
    }

    private static async ValueTask<byte[]?> ReadGrowingAsync(PipeReader reader, int limit, CancellationToken cancellationToken)
    {
        var rented = ArrayPool<byte>.Shared.Rent(TrustedLength);
        var filled = 0;
        try
        {
            while (true)
            {
                var read = await reader.ReadAsync(cancellationToken);
                var total = filled + read.Buffer.Length;
                if (total > limit)
                {
                    reader.AdvanceTo(read.Buffer.End);
                    return null;
                }

                if (total > rented.Length)
                {
                    var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(limit, Math.Max(total, rented.Length * 2L)));
                    rented.AsSpan(0, filled).CopyTo(larger);
                    ArrayPool<byte>.Shared.Return(rented);
                    rented = larger;
                }

                read.Buffer.CopyTo(rented.AsSpan(filled));
                filled = (int)total;
                reader.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted) return rented.AsSpan(0, filled).ToArray();
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }
}
