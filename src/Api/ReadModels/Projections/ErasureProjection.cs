using Actors.Erasures;
using Cluster.Entities;
using Cluster.Journal;
using Cluster.Sharding;

namespace Api.ReadModels.Projections;

/// <summary>An erasure's row: how far it is, and its figures.</summary>
internal sealed class ErasureProjection : IProjection<ErasureState, ErasureEvent>
{
    public void Project(RowBatch rows, in DecisionContext context, ErasureState state, ErasureEvent @event)
    {
        var (id, erased) = (context.Entity.Id, state.Erased);
        rows.Upsert(
            ErasureTable.Erasures,
            id, ShardMap.ShardOf(id), state.ProjectId, Words.Of(state.Status), state.Searched, state.Unreadable, erased?.Dataclips,
            erased?.LogLines, erased?.Runs, erased?.LeftRuns, state.StartedAt, state.ReadyAt, state.FinishedAt);
    }

    public void Project(RowBatch rows, in DecisionContext context, ErasureState state, Attachment attachment)
    {
    }
}
