using System.Text.Json;
using System.Text.Json.Serialization;
using Actors.Operations;
using Cluster.Entities;
using Cluster.Journal;
using Cluster.Sharding;

namespace Api.ReadModels.Projections;

/// <summary>A bulk operation's row: what it does, and its figures.</summary>
internal sealed class OperationProjection : IProjection<OperationState, OperationEvent>
{
    public void Project(RowBatch rows, in DecisionContext context, OperationState state, OperationEvent @event)
    {
        var (id, plan) = (context.Entity.Id, state.Plan!);
        var filter = plan.Filter is null ? null : JsonSerializer.Serialize(plan.Filter, OperationRowJson.Default.OperationFilter);
        rows.Upsert(
            Tables.BulkOperations,
            id, ShardMap.ShardOf(id), plan.ProjectId, Words.Of(plan.Kind), Words.Of(plan.From), Words.Of(plan.Target), filter,
            Words.Of(state.Status), state.Found, state.Done, state.Refused, state.Failed,
            JsonSerializer.Serialize([.. state.Refusals], OperationRowJson.Default.ItemRefusalArray),
            state.StartedAt, state.UpdatedAt, state.FinishedAt, EnvironmentNames.Write(plan.Environments));
    }

    public void Project(RowBatch rows, in DecisionContext context, OperationState state, Attachment attachment)
    {
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(OperationFilter))]
[JsonSerializable(typeof(ItemRefusal[]))]
internal sealed partial class OperationRowJson : JsonSerializerContext;
