using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Cluster.Entities;

namespace Actors.Tests.Messages;

/// <summary>The messages of one type of entity: its codec and samples of everything that it takes.</summary>
/// <param name="Bases">The closed sets of commands and of replies.</param>
internal sealed record MessageSet(
    string Entity, IMessageCodec Codec, Type[] Bases, object[] Commands, object[] Replies)
{
    public static MessageSet[] All { get; } =
    [
        RunSamples.Set, ProjectSamples.Set, SubmissionSamples.Set, VaultSamples.Set, OperationSamples.Set, ErasureSamples.Set, InstanceSamples.Set,
        AccountSamples.Accounts, AccountSamples.User,
        AuditSamples.Log, AuditSamples.Chain,
        OpenIdSamples.ProviderSet, OpenIdSamples.LinkSet,
    ];

    /// <summary>The samples as encoded messages, each with the way back.</summary>
    public IEnumerable<Message> Messages =>
        Commands.Select(sample => Encode(sample, Codec.EncodeCommand, Codec.DecodeCommand))
            .Concat(Replies.Select(sample => Encode(sample, Codec.EncodeReply, bytes => Codec.DecodeReply(bytes)!)));

    private static Message Encode(
        object sample, Action<IBufferWriter<byte>, object> encode, Func<ReadOnlyMemory<byte>, object> decode)
    {
        var to = new ArrayBufferWriter<byte>();
        encode(to, sample);
        return new Message(sample, to.WrittenSpan.ToArray(), decode);
    }
}

internal sealed record Message(object Sample, byte[] Bytes, Func<ReadOnlyMemory<byte>, object> Decode)
{
    /// <summary>Its JSON, then its blobs in hexadecimal.</summary>
    public override string ToString()
    {
        var parts = new List<string>();
        for (var rest = Bytes.AsSpan(); !rest.IsEmpty;)
        {
            var part = rest.Slice(sizeof(int), BinaryPrimitives.ReadInt32LittleEndian(rest));
            parts.Add(parts.Count == 0 ? Encoding.UTF8.GetString(part) : $"<{Convert.ToHexString(part)}>");
            rest = rest[(sizeof(int) + part.Length)..];
        }

        return string.Join(' ', parts);
    }

    /// <summary>The bytes of a message with that JSON and those blobs.</summary>
    public static byte[] Frame(byte[] json, params byte[][] blobs)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        foreach (var part in blobs.Prepend(json))
        {
            writer.Write(part.Length);
            writer.Write(part);
        }

        return bytes.ToArray();
    }
}
