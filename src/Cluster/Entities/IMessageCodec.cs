using System.Buffers;

namespace Cluster.Entities;

/// <summary>
/// Commands and replies of one type of entity to bytes and back, for asks that cross nodes. What is decoded does not
/// refer to the bytes it came from, so their buffer may be used again.
/// </summary>
/// <remarks>Nodes of two neighbouring versions talk to each other during an upgrade: a codec ignores fields that it
/// does not know, and a new field must be one that a reader can do without.</remarks>
public interface IMessageCodec
{
    void EncodeCommand(IBufferWriter<byte> to, object command);

    /// <exception cref="UnreadableMessageException">Not a command of this type of entity that this version knows.</exception>
    object DecodeCommand(ReadOnlyMemory<byte> from);

    /// <param name="reply">May be null.</param>
    void EncodeReply(IBufferWriter<byte> to, object? reply);

    /// <exception cref="UnreadableMessageException">Not a reply of this type of entity that this version knows.</exception>
    object? DecodeReply(ReadOnlyMemory<byte> from);
}

/// <summary>Bytes from another node make no message that this version knows. Trying again does not help.</summary>
public sealed class UnreadableMessageException(string message, Exception? cause = null) : Exception(message, cause);
