using System.Text.Json;
using Actors.OpenId;
using Cluster.Entities;
using Cluster.Journal;

namespace Api.ReadModels.Projections;

internal sealed class OpenIdProviderProjection : IProjection<OpenIdProviderState, OpenIdProviderEvent>
{
    public void Project(RowBatch rows, in DecisionContext context, OpenIdProviderState state, OpenIdProviderEvent @event) =>
        rows.Upsert(
            OpenIdTables.Provider,
            context.Entity.Id,
            state.Version,
            state.Provider is { } provider ? JsonSerializer.Serialize(provider, DefinitionJson.Default.OpenIdProvider) : null,
            context.Now);

    public void Project(RowBatch rows, in DecisionContext context, OpenIdProviderState state, Attachment attachment)
    {
    }
}

internal sealed class OpenIdLinkProjection : IProjection<OpenIdLinkState, OpenIdLinkEvent>
{
    public void Project(RowBatch rows, in DecisionContext context, OpenIdLinkState state, OpenIdLinkEvent @event)
    {
        var linked = (OpenIdLinkEvent.Linked)@event;
        rows.Upsert(OpenIdTables.Links, context.Entity.Id, linked.UserId, linked.At);
    }

    public void Project(RowBatch rows, in DecisionContext context, OpenIdLinkState state, Attachment attachment)
    {
    }
}
