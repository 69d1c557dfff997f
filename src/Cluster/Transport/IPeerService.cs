using System.Buffers;

namespace Cluster.Transport;

/// <summary>Answers the requests of one service. Services are numbered: 0-15 engine, 16-63 the application.</summary>
public interface IPeerService
{
    byte Service { get; }

    /// <summary>
    /// Answers one request. Called on the loop that reads the connection: what takes time goes on after the first await,
    /// and further requests of the same peer are handled meanwhile. A throw is answered as an error and logged; it never
    /// closes the connection.
    /// </summary>
    /// <param name="request">Valid only until the returned task ends.</param>
    /// <param name="reply">Takes the answer; valid as long as the request. More than a frame may hold throws.</param>
    /// <param name="cancellationToken">Cancelled when the connection is closed: nobody waits for the answer any more.</param>
    ValueTask HandleAsync(
        Guid from, ReadOnlyMemory<byte> request, IBufferWriter<byte> reply, CancellationToken cancellationToken);
}
