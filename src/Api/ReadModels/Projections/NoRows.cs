using Cluster.Entities;
using Cluster.Journal;

namespace Api.ReadModels.Projections;

/// <summary>For entities that only other entities and their askers read.</summary>
internal sealed class NoRows<TState, TEvent> : IProjection<TState, TEvent>
{
    public void Project(RowBatch rows, in DecisionContext context, TState state, TEvent @event)
    {
    }

    public void Project(RowBatch rows, in DecisionContext context, TState state, Attachment attachment)
    {
    }
}
