using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Api.Intake;

namespace Api.WorkOrders;

/// <summary>One line of a bulk that is not blank.</summary>
/// <param name="Number">From 1, blank lines counted.</param>
/// <param name="Body">Null if it is longer than allowed.</param>
/// <param name="Room">To be disposed of when the line is stored; null for a short one.</param>
internal readonly record struct BulkInput(long Number, byte[]? Body, IDisposable? Room);

/// <summary>Takes a stream of bytes apart into lines. While there is no <see cref="BodyMemory"/> for a long one, it reads no further.</summary>
internal static class BulkLines
{
    /// <param name="longest">Bytes of a line.</param>
    public static async IAsyncEnumerable<BulkInput> ReadAsync(
        PipeReader reader, int longest, BodyMemory memory, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (number, looked) = (0L, 0L);
        IDisposable? room = null;
        try
        {
            while (true)
            {
                var read = await reader.ReadAsync(cancellationToken);
                var rest = read.Buffer;
                for (; Take(ref rest, looked, read.IsCompleted) is { } line; looked = 0)
                {
                    number++;
                    if (IsBlank(line)) continue;
                    if (line.Length > BodyMemory.Free && line.Length <= longest) room ??= await memory.TakeAsync(line.Length, cancellationToken);
                    var mine = room;
                    room = null;
                    yield return line.Length > longest ? new BulkInput(number, null, mine) : new BulkInput(number, line.ToArray(), mine);
                }

                looked = rest.Length;
                reader.AdvanceTo(rest.Start, rest.End);

                // Where the next line begins is not known then.
                if (looked > longest) yield return new BulkInput(number + 1, null, null);
                if (looked > longest || read.IsCompleted) yield break;

                // A long line is coming. How long it is will be known when it is here.
                if (looked > BodyMemory.Free) room ??= await memory.TakeAsync(longest, cancellationToken);
            }
        }
        finally
        {
            room?.Dispose();
        }
    }

    /// <param name="looked">So many bytes are known to hold no end of a line.</param>
    private static ReadOnlySequence<byte>? Take(ref ReadOnlySequence<byte> rest, long looked, bool isLast)
    {
        if (rest.Slice(looked).PositionOf((byte)'\n') is { } end)
        {
            var line = rest.Slice(0, end);
            rest = rest.Slice(rest.GetPosition(1, end));
            return line;
        }

        if (!isLast || rest.IsEmpty) return null;
        var last = rest;
        rest = rest.Slice(rest.End);
        return last;
    }

    private static bool IsBlank(in ReadOnlySequence<byte> line) =>
        line.IsEmpty || (line.Length == 1 && line.FirstSpan[0] == '\r');
}
