using Actors.Audit;
using Api.Audit;
using Api.Documentation;
using Api.Problems;
using Cluster.Entities;
using Cluster.Sharding;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Api.Nodes;

/// <param name="Type">Of entity: run, project or vault.</param>
/// <param name="Attempts">Recoveries that were begun and ended with their node.</param>
internal sealed record SetAsideView(string Type, Guid Id, int Shard, int Attempts, DateTimeOffset Since);

/// <param name="Items">The newest hundred.</param>
internal sealed record SetAsideList(IReadOnlyList<SetAsideView> Items);

internal static class SetAsideEndpoints
{
    private const int Most = 100;

    public static void MapSetAside(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/cluster/set-aside", ListAsync).WithTags("Cluster").WithName("listSetAside")
            .WithSummary("List entities that are not recovered any more")
            .WithDescription("Each ended its node several times when it was recovered. Commands to it are answered with 503; all else goes on.");
        routes.MapPost("/v1/cluster/set-aside/{type}/{id:guid}:restore", RestoreAsync).WithTags("Cluster").WithName("restoreSetAside")
            .WithSummary("Let an entity be recovered again")
            .WithDescription("For when what ended its nodes is mended: if it is not, the entity is set aside once more.")
            .WithProblems(ProblemKinds.NotFound, ProblemKinds.AuditUnavailable);
    }

    private static async Task<Ok<SetAsideList>> ListAsync(
        [FromServices] SetAside? setAside, CancellationToken cancellationToken)
    {
        var entities = setAside is null ? [] : await setAside.ListAsync(Most, cancellationToken);
        return TypedResults.Ok(new SetAsideList(
            [.. entities.Select(static one => new SetAsideView(one.Entity.Type, one.Entity.Id, one.Shard, one.Attempts, one.Since))]));
    }

    private static async Task<Results<NoContent, Problem>> RestoreAsync(
        string type, Guid id, HttpContext context, AuditLog audit, [FromServices] SetAside? setAside)
    {
        var fact = new AuditFact(AuditActions.SetAsideRestoreAsked)
        {
            ItemType = "set_aside",
            ItemId = id,
            Details = AuditDetails.Of(writer => writer.WriteString("type"u8, type.Length > 32 ? type[..32] : type)),
        };
        if (await audit.RequireAsync(context, fact) is { } refused) return refused;
        return setAside is not null && await setAside.RestoreAsync(new EntityRef(type, id))
            ? TypedResults.NoContent()
            : Problem.Of(ProblemKinds.NotFound);
    }
}
