namespace Api.Dispatch;

/// <summary>What a worker gets as the input of a run, before it is put together: a webhook's dataclip is handed out as
/// <c>{"data": BODY, "request": REQUEST}</c>, any other as stored (openfn-protocol 10.1).</summary>
/// <param name="Body">JSON.</param>
/// <param name="Request">JSON; of a webhook's dataclip only.</param>
internal readonly record struct RunInput(bool IsHttpRequest, ReadOnlyMemory<byte> Body, ReadOnlyMemory<byte>? Request)
{
    private static ReadOnlySpan<byte> Data => "{\"data\":"u8;

    private static ReadOnlySpan<byte> Then => ",\"request\":"u8;

    private static ReadOnlySpan<byte> End => "}"u8;

    private ReadOnlySpan<byte> RequestOrEmpty => Request is { Length: > 0 } known ? known.Span : "{}"u8;

    public int Length => IsHttpRequest ? Data.Length + Body.Length + Then.Length + RequestOrEmpty.Length + End.Length : Body.Length;

    /// <param name="target">Of <see cref="Length"/> bytes or more.</param>
    public void CopyTo(Span<byte> target)
    {
        if (!IsHttpRequest)
        {
            Body.Span.CopyTo(target);
            return;
        }

        Put(ref target, Data);
        Put(ref target, Body.Span);
        Put(ref target, Then);
        Put(ref target, RequestOrEmpty);
        Put(ref target, End);
    }

    /// <summary>The whole, copied only if it has to be put together.</summary>
    public ReadOnlyMemory<byte> AsMemory() => IsHttpRequest ? ToArray() : Body;

    public byte[] ToArray()
    {
        var bytes = new byte[Length];
        CopyTo(bytes);
        return bytes;
    }

    private static void Put(ref Span<byte> target, ReadOnlySpan<byte> part)
    {
        part.CopyTo(target);
        target = target[part.Length..];
    }
}
