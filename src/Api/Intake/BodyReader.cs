using System.IO.Pipelines;

namespace Api.Intake;

/// <summary>Reads a whole body within a limit into one array of its exact size.</summary>
internal sealed class BodyReader(BodyMemory memory)
{
    /// <summary>A caller who announces more gets no larger array before so many bytes are there.</summary>
    private const int Trusted = 1 << 20;

    /// <summary>What it takes of <see cref="BodyMemory"/> is given back when the request has been answered.</summary>
    /// <returns>Empty after a fault.</returns>
    public async ValueTask<(byte[] Body, BodyFault Fault)> ReadAsync(HttpRequest request, int limit, CancellationToken cancellationToken)
    {
        var length = request.ContentLength;
        if (length > limit) return ([], BodyFault.TooLarge);
        if (length == 0) return ([], BodyFault.None);
        var body = GC.AllocateUninitializedArray<byte>((int)Math.Min(length ?? BodyMemory.Free, BodyMemory.Free));
        for (var filled = 0; ;)
        {
            var read = await request.BodyReader.ReadAsync(cancellationToken);
            var total = filled + read.Buffer.Length;
            var fault = total > limit ? BodyFault.TooLarge
                : total > body.Length && !TryGrow(ref body, filled, (int)total, limit, request) ? BodyFault.NoMemory
                : BodyFault.None;
            if (fault != BodyFault.None)
            {
                request.BodyReader.AdvanceTo(read.Buffer.End);
                return ([], fault);
            }

            Copy(read, body.AsSpan(filled));
            filled = (int)total;
            request.BodyReader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted || filled == length) return (filled == body.Length ? body : body[..filled], BodyFault.None);
        }
    }

    private static void Copy(in ReadResult read, Span<byte> to)
    {
        foreach (var segment in read.Buffer)
        {
            segment.Span.CopyTo(to);
            to = to[segment.Length..];
        }
    }

    /// <summary>First to what is trusted, then to what was announced, or else to twice as much in whole units of memory.</summary>
    private bool TryGrow(ref byte[] body, int filled, int total, int limit, HttpRequest request)
    {
        var size = (int)(request.ContentLength is { } length
            ? body.Length < Trusted ? Math.Min(length, Math.Max(total, Trusted)) : length
            : Math.Min(limit, BodyMemory.RoundUp(Math.Max(total, body.Length * 2L))));
        if (memory.TryTake(body.Length > BodyMemory.Free ? size - body.Length : size) is not { } lease) return false;
        request.HttpContext.Response.RegisterForDispose(lease);
        var larger = GC.AllocateUninitializedArray<byte>(size);
        body.AsSpan(0, filled).CopyTo(larger);
        body = larger;
        return true;
    }
}
