using System.Buffers;
using Cluster.Entities;
using Cluster.Tests.Entities;

namespace Cluster.Tests.Sharding.Nodes;

/// <summary>Messages of a version that sends a command which earlier ones do not know.</summary>
internal sealed class NewerMessages : IMessageCodec
{
    private readonly CounterMessages _known = new();

    public void EncodeCommand(IBufferWriter<byte> to, object command)
    {
        if (command is CounterCommand.Throw)
        {
            to.Write("a command of tomorrow"u8);
            return;
        }

        _known.EncodeCommand(to, command);
    }

    public object DecodeCommand(ReadOnlyMemory<byte> from) => _known.DecodeCommand(from);

    public void EncodeReply(IBufferWriter<byte> to, object? reply) => _known.EncodeReply(to, reply);

    public object? DecodeReply(ReadOnlyMemory<byte> from) => _known.DecodeReply(from);
}
