using System.Buffers;
using Cluster.Entities;
using Cluster.Transport;

namespace Cluster.Sharding;

/// <summary>Asks entities of other nodes, and answers their asks of ours.</summary>
internal sealed class RemoteEntities(Peers peers, EntityHost host) : IPeerService
{
    /// <summary>First byte of an answer: the shard is not served here, nothing was done.</summary>
    private const byte NotHere = 0;

    /// <summary>First byte of an answer: an outcome follows.</summary>
    private const byte Answered = 1;

    /// <summary>First byte of an answer: the command is of another version, nothing was done.</summary>
    private const byte NotUnderstood = 2;

    public byte Service => 0;

    /// <returns>Null if the command surely did not reach its entity.</returns>
    public async ValueTask<Outcome?> AskAsync(Guid node, RoutedAsk ask, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var messages = host.Messages(ask.Entity.Type)!;
        using var reply = await peers.AskAsync(
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
        RoutedAsk ask;
        IMessageCodec messages;
        try
        {
            (ask, messages) = AskFrame.Read(request, host.Messages);
        }
        catch (UnreadableMessageException)
        {
            reply.Write([NotUnderstood]);
            return;
        }

        if (host.TryAsk(ask, cancellationToken) is not { } asked)
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
            return payload.Span switch
            {
                [NotHere] => null,
                [NotUnderstood] => new Outcome.Unavailable("the owner of the shard does not know the command: it is of another version"),
                [Answered, ..] => OutcomeCodec.Decode(payload[1..], messages),
                _ => new Outcome.Unknown("the answer is of another version"),
            };
        }
        catch (UnreadableMessageException e)
        {
            return new Outcome.Unknown(e.Message);
        }
    }
}
