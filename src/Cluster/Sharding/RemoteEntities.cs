using System.Buffers;
using Cluster.Entities;
using Cluster.Transport;

namespace Cluster.Sharding;

/// <summary>Asks entities of other nodes, and answers their asks of ours.</summary>
internal sealed class RemoteEntities(Func<Peers> peers, EntityHost host) : IPeerService
{
    /// <summary>First byte of an answer: the shard is not served here, nothing was done.</summary>
    private const byte NotHere = 0;

    /// <summary>First byte of an answer: an outcome follows.</summary>
    private const byte Answered = 1;

    public byte Service => 0;

    /// <returns>Null if the command surely did not reach its entity.</returns>
    public async ValueTask<Outcome?> AskAsync(Guid node, RoutedAsk ask, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var messages = host.Messages(ask.Entity.Type);
        using var reply = await peers().AskAsync(
            node, Service, (ask, messages), static (to, state) => AskFrame.Write(to, state.ask, state.messages), timeout, cancellationToken)
            .ConfigureAwait(false);
        return reply.Status switch
        {
            PeerCallStatus.NotSent => null,
            PeerCallStatus.Answered => Read(reply.Payload, messages),
            _ => new Outcome.Unknown(reply.Reason ?? "the answer was lost"),
        };
    }

    public async ValueTask HandleAsync(
        Guid from, ReadOnlyMemory<byte> request, IBufferWriter<byte> reply, CancellationToken cancellationToken)
    {
        var (ask, messages) = AskFrame.Read(request, host.Messages);
        if (host.TryAsk(ask.Entity, ask.Command, ask.IsNew, cancellationToken) is not { } asked)
        {
            reply.Write([NotHere]);
            return;
        }

        var outcome = await asked.ConfigureAwait(false);
        reply.Write([Answered]);
        OutcomeCodec.Encode(reply, outcome, messages);
    }

    private static Outcome? Read(ReadOnlyMemory<byte> payload, IMessageCodec messages)
    {
        try
        {
            return payload.Span is [NotHere] ? null : OutcomeCodec.Decode(payload[1..], messages);
        }
        catch (UnreadableMessageException e)
        {
            return new Outcome.Unknown(e.Message); // A newer node answered in words that this one does not know.
        }
    }
}
