using System.IO.Pipelines;

namespace Api.Intake;

/// <summary>A body that was read.</summary>
/// <param name="Large">Has its memory; null for a small one, which is the collector's.</param>
internal readonly record struct ReceivedBody(ReadOnlyMemory<byte> Bytes, LargeBody? Large = null);

/// <summary>Reads a whole body within a limit into one piece of memory.</summary>
internal sealed class BodyReader(BodyMemory memory)
{
    /// <summary>A caller who announces more gets no larger array before so many bytes are there.</summary>
    private const int Trusted = 1 << 20;

    /// <summary>What it takes of <see cref="BodyMemory"/> is given back when the request has been answered, or when the body is released.</summary>
    /// <returns>Empty after a fault.</returns>
    public async ValueTask<(ReceivedBody Body, BodyFault Fault)> ReadAsync(HttpRequest request, int limit, CancellationToken cancellationToken)
    {
        var length = request.ContentLength;
        if (length > limit) return (default, BodyFault.TooLarge);
        if (length == 0) return (default, BodyFault.None);
        Memory<byte> body = GC.AllocateUninitializedArray<byte>((int)Math.Min(length ?? BodyMemory.Free, BodyMemory.Free));
        LargeBody? large = null;
        for (var filled = 0; ;)
        {
            var read = await request.BodyReader.ReadAsync(cancellationToken);
            var total = filled + read.Buffer.Length;
            var fault = total > limit ? BodyFault.TooLarge
                : total > body.Length && !TryGrow(ref body, ref large, filled, (int)total, limit, request) ? BodyFault.NoMemory
                : BodyFault.None;
            if (fault != BodyFault.None)
            {
                request.BodyReader.AdvanceTo(read.Buffer.End);
                large?.Release();
                return (default, fault);
            }

            Copy(read, body.Span[filled..]);
            filled = (int)total;
            request.BodyReader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted || filled == length) return (Received(body, filled, large), BodyFault.None);
        }
    }

    /// <summary>A small body stays in memory for as long as its input does, and nothing beside it shall.</summary>
    private static ReceivedBody Received(Memory<byte> body, int filled, LargeBody? large) =>
        new(large is not null || filled == body.Length ? body[..filled] : body[..filled].ToArray(), large);

    private static void Copy(in ReadResult read, Span<byte> to)
    {
        foreach (var segment in read.Buffer)
        {
            segment.Span.CopyTo(to);
            to = to[segment.Length..];
        }
    }

    /// <summary>First to what is trusted, then to what was announced, or else to twice as much in whole units of memory.</summary>
    private bool TryGrow(ref Memory<byte> body, ref LargeBody? large, int filled, int total, int limit, HttpRequest request)
    {
        var size = (int)(request.ContentLength is { } length
            ? body.Length < Trusted ? Math.Min(length, Math.Max(total, Trusted)) : length
            : Math.Min(limit, BodyMemory.RoundUp(Math.Max(total, body.Length * 2L))));
        if (large is null) request.HttpContext.Response.RegisterForDispose(large = new LargeBody(memory));
        return large.TryGrow(ref body, filled, size);
    }
}
