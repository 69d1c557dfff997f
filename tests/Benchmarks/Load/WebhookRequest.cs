using System.Text;

namespace Cluster.Benchmarks.Load;

/// <summary>The bytes of one webhook call, made once and sent many times.</summary>
internal static class WebhookRequest
{
    public const string KeyHeader = "x-api-key";

    /// <summary>Every webhook of a bench asks for it.</summary>
    public const string Key = "bench-0123456789-0123456789-0123456789";

    public static byte[] Make(Uri node, Guid trigger, int bodyBytes)
    {
        var body = Body(bodyBytes);
        return Encoding.ASCII.GetBytes(
            $"POST /i/{trigger} HTTP/1.1\r\nHost: {node.Authority}\r\nContent-Type: application/json\r\n" +
            $"User-Agent: bench\r\n{KeyHeader}: {Key}\r\nContent-Length: {body.Length}\r\n\r\n{body}");
    }

    /// <summary>An object such as senders make, padded to the very size.</summary>
    private static string Body(int bytes)
    {
        var head = """{"id":4711,"kind":"registration","at":"2026-01-01T00:00:00Z","tags":["a","b"],"note":""" + "\"";
        if (bytes < head.Length + 2)
            head = "{\"n\":\"";
        return head + new string('x', bytes - head.Length - 2) + "\"}";
    }
}
