using Api.Tests.Fixtures;

namespace Api.Tests.Perimeter;

/// <summary>ASVS 5.0, 4.2.1: what two readers of one connection could read differently is refused, and nothing behind it is read.</summary>
public sealed class SmugglingTests(SharedNode shared) : IClassFixture<SharedNode>
{
    private const string Second = "GET /version HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    private readonly Uri _node = shared.Node.Open.BaseAddress!;

    public static TheoryData<string, string> Ambiguous() => new()
    {
        { "two lengths", "POST /v1/projects HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nContent-Length: 5\r\n\r\n" },
        { "two equal lengths", "POST /v1/projects HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nContent-Length: 0\r\n\r\n" },
        { "a list of lengths", "POST /v1/projects HTTP/1.1\r\nHost: x\r\nContent-Length: 0, 0\r\n\r\n" },
        { "a negative length", "POST /v1/projects HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n" },
        { "a length in hex", "POST /v1/projects HTTP/1.1\r\nHost: x\r\nContent-Length: 0x0\r\n\r\n" },
        { "length and chunks", "POST /v1/projects HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" },
        { "chunks and length", "POST /v1/projects HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n" },
        { "an unknown coding", "POST /v1/projects HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" },
        { "chunks not last", "POST /v1/projects HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n" },
        { "a coding twice", "POST /v1/projects HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n" },
        { "a folded header", "GET /version HTTP/1.1\r\nHost: x\r\nX-A: b\r\n c\r\n\r\n" },
        { "a folded length", "POST /v1/projects HTTP/1.1\r\nHost: x\r\nContent-Length:\r\n 0\r\n\r\n" },
        { "a space before the colon", "POST /v1/projects HTTP/1.1\r\nHost: x\r\nContent-Length : 0\r\n\r\n" },
        { "a space before the name", "GET /version HTTP/1.1\r\n Host: x\r\n\r\n" },
        { "a header without colon", "GET /version HTTP/1.1\r\nHost: x\r\nNonsense\r\n\r\n" },
        { "a nul in a value", "GET /version HTTP/1.1\r\nHost: x\r\nX-A: b\0c\r\n\r\n" },
        { "a carriage return in a value", "GET /version HTTP/1.1\r\nHost: x\r\nX-A: b\rc\r\n\r\n" },
        { "bare line feeds", "GET /version HTTP/1.1\nHost: x\n\n" },
        { "a bare line feed in headers", "GET /version HTTP/1.1\r\nHost: x\nX-A: b\r\n\r\n" },
        { "another host in the target", "GET http://other.example/version HTTP/1.1\r\nHost: x\r\n\r\n" },
        { "two hosts", "GET /version HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n" },
        { "no host", "GET /version HTTP/1.1\r\n\r\n" },
        { "a host with a path", "GET /version HTTP/1.1\r\nHost: x/y\r\n\r\n" },
        { "an unknown version", "GET /version HTTP/1.2\r\nHost: x\r\n\r\n" },
        { "a line feed in the target", "GET /ver\nsion HTTP/1.1\r\nHost: x\r\n\r\n" },
    };

    [Theory]
    [MemberData(nameof(Ambiguous))]
    public async Task What_can_be_read_in_two_ways_ends_the_connection(string what, string request)
    {
        var received = await RawHttp.SendAsync(_node, request + Second);

        Assert.True(RawHttp.Answers(received) == 1, $"{what}: {received}");
        Assert.True(RawHttp.Status(received) is 400 or 501 or 505, $"{what}: {received}");
    }

    public static TheoryData<string, string> BadChunks() => new()
    {
        { "no number", "x\r\n{}\r\n0\r\n\r\n" },
        { "a negative size", "-2\r\n{}\r\n0\r\n\r\n" },
        { "a size in 0x", "0x2\r\n{}\r\n0\r\n\r\n" },
        { "an overflow", "ffffffffffffffff2\r\n{}\r\n0\r\n\r\n" },
        { "more than announced", "2\r\n{} \r\n0\r\n\r\n" },
        { "a bare line feed behind the size", "2\n{}\r\n0\r\n\r\n" },
        { "a bare line feed in an extension", "2;a\n{}\r\n0\r\n\r\n" },
        { "a bare carriage return in an extension", "2;a\rb\r\n{}\r\n0\r\n\r\n" },
        { "a bare line feed behind the data", "2\r\n{}\n0\r\n\r\n" },
    };

    [Theory]
    [MemberData(nameof(BadChunks))]
    public async Task Chunks_of_a_wrong_form_end_the_connection(string what, string body)
    {
        var received = await RawHttp.SendAsync(
            _node,
            $"POST /v1/projects HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {shared.Node.Token}\r\nContent-Type: application/json\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n" + body + Second);

        Assert.True(RawHttp.Answers(received) == 1, $"{what}: {received}");
        Assert.True(RawHttp.Status(received) == 400, $"{what}: {received}");
    }

    [Fact]
    public async Task A_webhook_with_length_and_chunks_is_refused_too()
    {
        var received = await RawHttp.SendAsync(
            _node,
            $"POST /i/{Guid.NewGuid()} HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + Second);

        Assert.Equal((1, 400), (RawHttp.Answers(received), RawHttp.Status(received)));
    }

    [Fact]
    public async Task A_body_that_nobody_asked_for_is_not_read_as_a_request()
    {
        var smuggled = "GET /version HTTP/1.1\r\nHost: x\r\n\r\n";
        var received = await RawHttp.SendAsync(
            _node,
            $"GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {smuggled.Length}\r\n\r\n{smuggled}");

        Assert.Equal((1, 200), (RawHttp.Answers(received), RawHttp.Status(received)));
    }
}
