using System.Buffers;
using System.Buffers.Binary;
using Cluster.Entities;

namespace Cluster.Benchmarks.Entities;

/// <summary>A tally's commands as one byte and what is to be stored; its replies as eight bytes.</summary>
internal sealed class TallyMessages : IMessageCodec
{
    private const byte Read = 0;
    private const byte Add = 1;

    public void EncodeCommand(IBufferWriter<byte> to, object command)
    {
        to.Write([command is TallyCommand.Add ? Add : Read]);
        if (command is TallyCommand.Add add)
            to.Write(add.Content.Span);
    }

    public object DecodeCommand(ReadOnlyMemory<byte> from) =>
        from.Span[0] == Add ? new TallyCommand.Add(from[1..].ToArray()) : TallyCommand.Read.Instance;

    public void EncodeReply(IBufferWriter<byte> to, object? reply)
    {
        BinaryPrimitives.WriteInt64LittleEndian(to.GetSpan(sizeof(long)), (long)reply!);
        to.Advance(sizeof(long));
    }

    public object? DecodeReply(ReadOnlyMemory<byte> from) => BinaryPrimitives.ReadInt64LittleEndian(from.Span);
}
