using System.Collections.Immutable;
using Actors.Projects;
using Api.Access;
using Api.Problems;
using Api.ReadModels;
using Microsoft.AspNetCore.Mvc;

namespace Api.Json;

/// <summary>Filters of a list of work orders or runs, combined with "and". Several states are given one by one or with commas
/// between them.</summary>
internal readonly record struct HistoryRequest(
    [property: FromQuery(Name = "state")] string[]? State,
    [property: FromQuery(Name = "workflow")] Guid? Workflow,
    [property: FromQuery(Name = "trigger")] Guid? Trigger,
    [property: FromQuery(Name = "environment")] string[]? Environment,
    [property: FromQuery(Name = "from")] DateTimeOffset? From,
    [property: FromQuery(Name = "to")] DateTimeOffset? To,
    [property: FromQuery(Name = "activeFrom")] DateTimeOffset? ActiveFrom,
    [property: FromQuery(Name = "activeTo")] DateTimeOffset? ActiveTo,
    [property: FromQuery(Name = "search")] string? Search,
    [property: FromQuery(Name = "searchIn")] string[]? SearchIn)
{
    /// <typeparam name="TState">The states that may be asked for.</typeparam>
    /// <param name="access">Who asks: what they are kept from is not among what is found.</param>
    /// <param name="search">Null when no text is looked for.</param>
    public Problem? Check<TState>(RequestAccess access, out HistoryFilter filter, out TextSearch? search)
        where TState : struct, Enum
    {
        search = null;
        filter = new HistoryFilter();
        var states = Split(State);
        if (EnvironmentsOf.Check(access, Split(Environment), out var environments) is { } problem) return problem;
        filter = new HistoryFilter
        {
            States = states,
            WorkflowId = Workflow,
            TriggerId = Trigger,
            From = From,
            To = To,
            ActiveFrom = ActiveFrom,
            ActiveTo = ActiveTo,
            Environments = environments,
        };
        return states.All(Words.Known<TState>)
            ? SearchRequest.Check(Search, Split(SearchIn), out search)
            : Problem.Of(ProblemKinds.BadParameter, "state", $"is one of {Words.All<TState>()}");
    }

    private static ImmutableArray<string> Split(string[]? given) =>
        [.. (given ?? []).SelectMany(static text => text.Split(',', StringSplitOptions.RemoveEmptyEntries)).Distinct().Take(50)];
}

/// <summary>Reads which environments are asked for.</summary>
internal static class EnvironmentsOf
{
    /// <param name="asked">None for all that the caller may see.</param>
    /// <param name="environments">Null for all of the project.</param>
    public static Problem? Check(RequestAccess access, ImmutableArray<string> asked, out ImmutableArray<string>? environments)
    {
        var allowed = access.Environments;
        environments = asked.IsEmpty ? allowed?.Order(StringComparer.Ordinal).ToImmutableArray() : asked;
        if (asked.IsEmpty) return null;
        if (!asked.All(EnvironmentSet.IsName)) return Problem.Of(ProblemKinds.BadParameter, "environment", "is a name of an environment");
        return allowed is null || asked.All(allowed.Contains) ? null : Problem.Of(ProblemKinds.EnvironmentForbidden);
    }
}

/// <summary>Reads what is looked for, and where.</summary>
internal static class SearchRequest
{
    public static Problem? Check(string? text, IEnumerable<string> places, out TextSearch? search)
    {
        search = null;
        var all = default(SearchPlaces);
        foreach (var place in places)
        {
            if (!Words.Known<SearchPlaces>(place))
                return Problem.Of(ProblemKinds.BadParameter, "searchIn", $"is one of {Words.All<SearchPlaces>()}");
            all |= Words.Parse<SearchPlaces>(place);
        }

        if (string.IsNullOrEmpty(text)) return null;
        if (text.Length is < TextSearch.MinLength or > TextSearch.MaxLength || text.Contains('\0'))
        {
            return Problem.Of(
                ProblemKinds.BadParameter, "search", $"has {TextSearch.MinLength} to {TextSearch.MaxLength} characters");
        }

        search = new TextSearch(text, all == default ? SearchPlaces.All : all);
        return null;
    }
}
