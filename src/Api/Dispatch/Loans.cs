using System.Buffers;
using System.Text.Json;
using Actors.Runs;
using Api.Nodes;
using Cluster.Entities;
using Cluster.Sharding;
using Cluster.Transport;

namespace Api.Dispatch;

/// <summary>
/// Claims of runs that are lent. The borrower asks and the lender, which owns the run's shard, makes the claim: so it knows
/// at any time which runs of its shards are active.
/// </summary>
internal sealed class Loans(ReadyRuns ready, OwnClaims claims, ClusterState cluster, EntitySettings entities, Peers? peers = null) : IPeerService
{
    /// <summary>First byte of an answer: the run was not claimed.</summary>
    private const byte NotClaimed = 0;

    /// <summary>First byte of an answer: the run's reply to the claim follows.</summary>
    private const byte Claimed = 1;

    /// <summary>First byte of an answer: the run may have been claimed.</summary>
    private const byte InDoubt = 2;

    private static readonly RunMessages Messages = new();
    private static readonly Outcome Refused = new Outcome.Refused(
        new Refusal(RefusalKind.Conflict, "not_lent", "The run is not lent any more."));

    public byte Service => NodeServices.ClaimLoan;

    /// <summary>Claims a run that another node has lent.</summary>
    public async Task<Outcome> ClaimAsync(Guid lender, Guid runId, string worker, CancellationToken stopping)
    {
        if (peers is null || lender == cluster.Self) return Refused;
        using var reply = await peers.AskAsync(
            lender, Service, new LoanClaim(runId, worker), static (to, claim) => Neighbours.Write(to, claim, NodeJson.Default.LoanClaim),
            entities.AskTimeout, stopping).ConfigureAwait(false);
        return reply.Status switch
        {
            PeerCallStatus.NotSent => Refused,
            PeerCallStatus.Answered => Read(reply.Payload),
            _ => new Outcome.Unknown("the answer was lost"),
        };
    }

    public async ValueTask HandleAsync(
        Guid from, ReadOnlyMemory<byte> request, IBufferWriter<byte> reply, CancellationToken cancellationToken)
    {
        var claim = JsonSerializer.Deserialize(request.Span, NodeJson.Default.LoanClaim) ?? throw new JsonException("The claim is null.");
        var outcome = ready.TakeUpLoan(claim.RunId) is { } run
            ? await claims.ClaimAsync(run, claim.Worker, cancellationToken).ConfigureAwait(false)
            : Refused;
        reply.Write([outcome switch
        {
            Outcome.Replied => Claimed,
            Outcome.Refused or Outcome.Overloaded or Outcome.Unavailable => NotClaimed,
            _ => InDoubt,
        }]);
        if (outcome is Outcome.Replied replied) Messages.EncodeReply(reply, replied.Reply);
    }

    private static Outcome Read(ReadOnlyMemory<byte> payload) => payload.Span switch
    {
        [NotClaimed] => Refused,
        [Claimed, ..] => new Outcome.Replied(Messages.DecodeReply(payload[1..])),
        _ => new Outcome.Unknown("the lender does not know"),
    };
}
