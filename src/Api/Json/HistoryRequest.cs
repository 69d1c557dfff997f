using Api.Problems;
using Api.ReadModels;
using Microsoft.AspNetCore.Mvc;

namespace Api.Json;

/// <summary>Filters of a list of work orders or runs.</summary>
internal readonly record struct HistoryRequest(
    [FromQuery(Name = "state")] string? State,
    [FromQuery(Name = "workflow")] Guid? Workflow,
    [FromQuery(Name = "from")] DateTimeOffset? From,
    [FromQuery(Name = "to")] DateTimeOffset? To)
{
    /// <typeparam name="TState">The states that may be asked for.</typeparam>
    public Problem? Check<TState>(out HistoryFilter filter)
        where TState : struct, Enum
    {
        filter = new HistoryFilter(State, Workflow, From, To);
        return State is null || Words.Known<TState>(State)
            ? null
            : Problem.Of(ProblemKinds.BadParameter, "state", $"is one of {Words.All<TState>()}");
    }
}
