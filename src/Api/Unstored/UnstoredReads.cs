using Actors;
using Actors.Runs;
using Cluster.Entities;

namespace Api.Unstored;

/// <summary>Reads what the owners of runs hold in memory, here or on another node.</summary>
internal sealed class UnstoredReads(HeldBodies held, IEntities entities)
{
    /// <summary>Null if it is nowhere any more.</summary>
    /// <exception cref="InvalidOperationException">The owner does not answer: whether it has it is not known.</exception>
    public async Task<DataclipBody?> FindAsync(Guid runId, Guid dataclipId, CancellationToken cancellationToken)
    {
        if (held.Find(runId, dataclipId) is { } here) return here;
        return await entities.AskAsync(
            new EntityRef(EntityTypes.Run, runId), new RunCommand.ReadBody(dataclipId), cancellationToken).ConfigureAwait(false) switch
        {
            Outcome.Replied { Reply: RunReply.Body body } => body.Clip,
            Outcome.Refused => null,
            var other => throw new InvalidOperationException($"The owner of run {runId} did not answer: {other.GetType().Name}."),
        };
    }
}
