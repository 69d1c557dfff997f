namespace Api.Dataclips;

/// <summary>A stored body as an answer: data, never a page of this host. It goes out in pieces, each when there is room for it: what is
/// written at once is copied at once.</summary>
/// <param name="json">May be large.</param>
internal sealed class BodyAnswer(ReadOnlyMemory<byte> json) : IResult
{
    private const int Piece = 64 << 10;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        response.ContentType = "application/json";
        response.ContentLength = json.Length;
        for (var rest = json; !rest.IsEmpty; rest = rest[Math.Min(Piece, rest.Length)..])
            await response.Body.WriteAsync(rest[..Math.Min(Piece, rest.Length)], httpContext.RequestAborted);
    }
}
