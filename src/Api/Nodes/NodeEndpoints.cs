using Actors.Audit;
using Api.Audit;
using Api.Documentation;
using Api.Problems;
using Cluster.Sharding;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Api.Nodes;

internal static class NodeEndpoints
{
    public static void MapNodes(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/cluster", async (ClusterReport report, CancellationToken cancellationToken) =>
                TypedResults.Ok(await report.OverviewAsync(cancellationToken))).WithTags("Cluster")
            .WithName("getCluster").WithSummary("Show nodes, their workers, shards and queues")
            .WithDescription("Nodes and shards are the same whichever node is asked, give or take a heartbeat. Queues are those of the node that answers.");
        routes.MapPost("/v1/cluster/nodes/{nodeId:guid}:drain", DrainAsync).WithTags("Cluster").WithName("drainNode")
            .WithSummary("Let a node hand over its shards and stop")
            .WithDescription("Any node can be asked for any. The answer comes at once; the node is gone from `GET /v1/cluster` when it has "
                + "handed over, and its process exits with code 0.")
            .WithProblems(ProblemKinds.NotFound, ProblemKinds.NodeNotUp, ProblemKinds.StoreNotShared, ProblemKinds.Unavailable, ProblemKinds.AuditUnavailable);
    }

    private static async Task<Results<Accepted<NodeView>, Problem>> DrainAsync(
        Guid nodeId, Members members, ClusterReport report, HttpContext context, AuditLog audit, CancellationToken cancellationToken)
    {
        if (report.Find(nodeId) is not { } node) return Problem.Of(ProblemKinds.NotFound);
        var fact = new AuditFact(AuditActions.NodeDrainAsked) { ItemType = "node", ItemId = nodeId };
        if (await audit.RequireAsync(context, fact) is { } refused) return refused;
        return await members.AskToLeaveAsync(nodeId, cancellationToken) switch
        {
            LeaveAnswer.Asked => TypedResults.Accepted("/v1/cluster", node with { State = MemberState.Leaving }),
            LeaveAnswer.NotUp => Problem.Of(ProblemKinds.NodeNotUp),
            LeaveAnswer.NotShared => Problem.Of(ProblemKinds.StoreNotShared),
            LeaveAnswer.Unreachable => Problem.Of(ProblemKinds.Unavailable),
            _ => Problem.Of(ProblemKinds.NotFound),
        };
    }
}
