using Actors.Projects;
using Api.Problems;

namespace Api.Retention;

/// <summary>How a project's period and the instance's longest one go together (S0-06).</summary>
internal static class Periods
{
    /// <summary>How many days history is kept; null for no end.</summary>
    /// <param name="own">The project's; null for as long as the instance allows.</param>
    /// <param name="most">The instance's; 0 for no end.</param>
    public static int? Within(int? own, int most) => most == 0 ? own : Math.Min(own ?? most, most);

    /// <summary>A project may not ask for more than there is.</summary>
    public static Problem? Check(ProjectPolicies? policies, int most) =>
        most > 0 && policies?.HistoryRetentionDays > most
            ? Problem.Of(
                ProblemKinds.Invalid, "historyRetentionDays", $"must be at most {most}: the instance keeps no project's history for longer")
            : null;
}
