using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Cluster.Entities;

/// <summary>
/// Messages as JSON made by generated code, with binary data (<see cref="ReadOnlyMemory{T}"/> of bytes) as it is behind
/// the JSON: see <see cref="JsonFrame"/>.
/// </summary>
/// <remarks>Both base types name their cases by <see cref="JsonDerivedTypeAttribute"/>. A parameter of a record must be
/// there when it is read; one that earlier versions do not send needs a default value.</remarks>
public abstract class JsonMessageCodec<TCommand, TReply>(JsonTypeInfo<TCommand> commands, JsonTypeInfo<TReply> replies)
    : IMessageCodec
    where TCommand : class
{
    public void EncodeCommand(IBufferWriter<byte> to, object command) =>
        JsonFrame.Write(to, (TCommand)command, commands);

    public object DecodeCommand(ReadOnlyMemory<byte> from) =>
        JsonFrame.Read(from, commands) ?? throw new UnreadableMessageException("The command is null.");

    public void EncodeReply(IBufferWriter<byte> to, object? reply) => JsonFrame.Write(to, (TReply?)reply, replies);

    public object? DecodeReply(ReadOnlyMemory<byte> from) => JsonFrame.Read(from, replies);

    /// <summary>The generated options and what every message needs: binary data outside the JSON, and no record
    /// without a value that its constructor asks for.</summary>
    protected static JsonSerializerOptions Options(JsonSerializerContext generated) => new(generated.Options)
    {
        Converters = { new BlobConverter() },
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };
}
