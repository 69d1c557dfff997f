using System.Text.Json;
using Actors.Instance;
using Cluster.Entities;
using Cluster.Journal;

namespace Api.ReadModels.Projections;

internal sealed class InstanceProjection : IProjection<InstanceState, InstanceEvent>
{
    public void Project(RowBatch rows, in DecisionContext context, InstanceState state, InstanceEvent @event)
    {
        var changed = (InstanceEvent.SettingsChanged)@event;
        rows.Upsert(
            Tables.InstanceSettings,
            context.Entity.Id, state.Version, JsonSerializer.Serialize(changed.Settings, DefinitionJson.Default.InstanceSettings), changed.At);
    }

    public void Project(RowBatch rows, in DecisionContext context, InstanceState state, Attachment attachment)
    {
    }
}
