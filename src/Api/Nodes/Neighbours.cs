using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Cluster.Sharding;
using Cluster.Transport;

namespace Api.Nodes;

/// <summary>The other nodes, as the parts of the API speak to them. There are none if the store is not shared.</summary>
internal sealed class Neighbours(ClusterState state, Peers? peers = null)
{
    public Guid Self => state.Self;

    public IEnumerable<Guid> Others =>
        state.View.Members.Select(static member => member.NodeId).Where(node => node != state.Self);

    /// <summary>Who owns the entity's shard at the moment.</summary>
    public Guid? OwnerOf(Guid entityId) => state.View.Shards[ShardMap.ShardOf(entityId)].Owner;

    /// <summary>Null if there was no answer, whatever the reason: what is asked here can be asked again.</summary>
    public async Task<TReply?> AskAsync<TRequest, TReply>(
        Guid node, NodeService<TRequest, TReply> service, TRequest request, TimeSpan within, CancellationToken cancellationToken)
        where TReply : class
    {
        if (peers is null) return null;
        using var reply = await peers.AskAsync(
            node, service.Number, (service, request), static (to, ask) => Write(to, ask.request, ask.service.Request), within, cancellationToken)
            .ConfigureAwait(false);
        return reply.Status == PeerCallStatus.Answered ? JsonSerializer.Deserialize(reply.Payload.Span, service.Reply) : null;
    }

    internal static void Write<T>(IBufferWriter<byte> to, T value, JsonTypeInfo<T> type)
    {
        using var json = new Utf8JsonWriter(to);
        JsonSerializer.Serialize(json, value, type);
    }
}

/// <summary>One kind of question between nodes: its number on the wire and the shapes of question and answer.</summary>
internal sealed record NodeService<TRequest, TReply>(byte Number, JsonTypeInfo<TRequest> Request, JsonTypeInfo<TReply> Reply);

/// <summary>Answers one kind of question.</summary>
internal sealed class NodeAnswer<TRequest, TReply>(
    NodeService<TRequest, TReply> service, Func<Guid, TRequest, CancellationToken, ValueTask<TReply>> answer) : IPeerService
{
    public byte Service => service.Number;

    public async ValueTask HandleAsync(
        Guid from, ReadOnlyMemory<byte> request, IBufferWriter<byte> reply, CancellationToken cancellationToken)
    {
        var question = JsonSerializer.Deserialize(request.Span, service.Request)
            ?? throw new JsonException("The question is null.");
        Neighbours.Write(reply, await answer(from, question, cancellationToken).ConfigureAwait(false), service.Reply);
    }
}
