using System.Collections.Immutable;
using Actors.Operations;
using Actors.Projects;
using Actors.WorkOrders;
using Api.Access;
using Api.Json;
using Api.Problems;
using Api.ReadModels;

namespace Api.Operations;

/// <summary>Checks a new operation and makes its plan.</summary>
internal static class OperationRequest
{
    /// <param name="access">Who asks: the operation keeps to their environments, however long it takes.</param>
    /// <param name="now">Nothing created from now on is part of the operation.</param>
    public static Problem? Read(NewOperation body, Guid projectId, RequestAccess access, DateTimeOffset now, out OperationPlan plan)
    {
        plan = null!;
        var given = (body.Filter is null ? 0 : 1) + (body.WorkOrderIds is null ? 0 : 1) + (body.RunIds is null ? 0 : 1);
        if (given != 1) return Problem.Of(ProblemKinds.Invalid, "filter", "or workOrderIds or runIds is needed, and only one of them");
        if (body.From is not null && body.Kind != OperationKind.Retry)
            return Problem.Of(ProblemKinds.Invalid, "from", "is for retries");

        var (ids, field) = body.RunIds is null ? (body.WorkOrderIds, "workOrderIds") : (body.RunIds, "runIds");
        if (ids is not null && ids.Count is 0 or > OperationPlan.MaxIds)
            return Problem.Of(ProblemKinds.Invalid, field, $"has 1 to {OperationPlan.MaxIds} ids");
        if (ReadFilter(body.Filter, access, now, out var filter) is { } problem) return problem;

        plan = new OperationPlan(
            projectId,
            body.Kind,
            body.From ?? RetryFrom.Start,
            body.RunIds is null ? OperationTarget.WorkOrders : OperationTarget.Runs,
            filter,
            [.. (ids ?? []).Distinct()])
        {
            Environments = access.Environments is { } own ? new EnvironmentSet([.. own.Order(StringComparer.Ordinal)]) : null,
        };
        return null;
    }

    private static Problem? ReadFilter(NewOperationFilter? given, RequestAccess access, DateTimeOffset now, out OperationFilter? filter)
    {
        filter = null;
        if (given is null) return null;

        ImmutableArray<string> states = [.. (given.State ?? []).Distinct().Take(50)];
        if (!states.All(Words.Known<WorkOrderState>))
            return Problem.Of(ProblemKinds.Invalid, "filter.state", $"is one of {Words.All<WorkOrderState>()}");
        ImmutableArray<string> places = [.. (given.SearchIn ?? []).Distinct().Take(10)];
        if (SearchRequest.Check(given.Search, places, out _) is { } problem) return problem;

        ImmutableArray<string> asked = [.. (given.Environment ?? []).Select(static name => name ?? "").Distinct().Take(50)];
        if (EnvironmentsOf.Check(access, asked, out _) is { } elsewhere) return elsewhere;

        filter = new OperationFilter(
            states, given.Workflow, given.Trigger, given.From, given.To < now ? given.To.Value : now, given.Search, places)
        {
            Environments = asked.IsEmpty ? null : new EnvironmentSet(asked),
        };
        return null;
    }
}
