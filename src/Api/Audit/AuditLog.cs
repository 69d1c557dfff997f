using Actors;
using Actors.Audit;
using Api.Problems;
using Cluster.Entities;

namespace Api.Audit;

/// <summary>
/// Records what is no event of an entity: refusals, sensitive reads, failed sign-ins. Entries of many requests share transactions
/// (group commit), as everything that is journalled does.
/// </summary>
internal sealed class AuditLog(IEntities entities, TimeProvider time)
{
    private EntityRef? _here;

    /// <summary>Records on behalf of the request's caller, for an answer that must not be given otherwise.</summary>
    /// <returns>Null once the entry is durable; else the problem to answer with.</returns>
    public async Task<Problem?> RequireAsync(HttpContext context, AuditFact fact) =>
        await RecordAsync(fact, context.AuditActor(), context.RequestAborted)
            ? null
            : Problem.Of(ProblemKinds.AuditUnavailable);

    /// <returns>True once the entry is durable. False if it is not known to be.</returns>
    public async Task<bool> RecordAsync(AuditFact fact, AuditActor actor, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var command = new AuditLogCommand.Record(new AuditEntry(Guid.CreateVersion7(now), now, actor, fact));
        var here = _here ??= New();
        if (await entities.AskHereAsync(here, command, cancellationToken) is Outcome.Replied) return true;

        // The shard may be another node's by now. An entry that was stored after all is not stored twice.
        _here = here = New();
        return await entities.AskNewAsync(here, command, cancellationToken) is Outcome.Replied;
    }

    private EntityRef New() => new(EntityTypes.AuditLog, entities.NewLocalId());
}
