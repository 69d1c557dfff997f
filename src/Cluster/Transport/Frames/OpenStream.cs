using System.IO.Pipelines;
using System.Net.Sockets;

namespace Cluster.Transport.Frames;

/// <summary>A socket, the stream above it (of TLS or of the socket itself) and what is read from it.</summary>
internal sealed class OpenStream(Socket socket, Stream stream) : IAsyncDisposable
{
    private const int ReadBytes = 64 << 10;

    public Socket Socket { get; } = socket;

    public Stream Stream { get; } = stream;

    public PipeReader Reader { get; } = PipeReader.Create(
        stream, new StreamPipeReaderOptions(bufferSize: ReadBytes, minimumReadSize: ReadBytes / 8, leaveOpen: true));

    public async ValueTask DisposeAsync()
    {
        await Reader.CompleteAsync().ConfigureAwait(false);
        Socket.Dispose(); // First: a TLS stream would want to say goodbye to a peer that does not read.
        await Stream.DisposeAsync().ConfigureAwait(false);
    }
}
