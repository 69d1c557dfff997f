using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Actors.Projects;

/// <summary>What is kept of inputs, outputs and log lines (S1-24, S0-03). Runs keep to the one of their creation.</summary>
public enum RetentionPolicy
{
    /// <summary>All, until the retention period is over.</summary>
    RetainAll,

    /// <summary>Until the run ends; what belongs to a run that succeeded is wiped then.</summary>
    RetainWithErrors,

    /// <summary>Nothing: bodies are in memory only, for as long as the run needs them.</summary>
    EraseAll,
}

/// <summary>What a project asks of its members and how long it keeps its history.</summary>
/// <param name="RequiresMfa">Members without a second factor are kept out (S1-19).</param>
/// <param name="HistoryRetentionDays">How long work orders and runs are kept (S1-25): 7, 14, 30, 90, 180 or 365; null for ever.</param>
/// <param name="DataclipRetentionDays">How long inputs and outputs are; at most as long as the history. Null as the history.</param>
public sealed record ProjectPolicies(
    bool RequiresMfa, RetentionPolicy Retention, int? HistoryRetentionDays, int? DataclipRetentionDays)
{
    private static readonly ImmutableArray<int> s_periods = [7, 14, 30, 90, 180, 365];

    public static ProjectPolicies Usual { get; } = new(false, RetentionPolicy.RetainAll, null, null);

    /// <summary>Null for <see cref="EnvironmentSet.Usual"/>.</summary>
    public EnvironmentSet? Environments { get; init; }

    [JsonIgnore]
    public EnvironmentSet OwnEnvironments => Environments ?? EnvironmentSet.Usual;

    internal void Check(Faults faults)
    {
        faults.AddUnless(Enum.IsDefined(Retention), "retentionPolicy", "must be retain_all, retain_with_errors or erase_all");
        CheckPeriod(faults, "historyRetentionDays", HistoryRetentionDays);
        CheckPeriod(faults, "dataclipRetentionDays", DataclipRetentionDays);
        faults.AddUnless(
            DataclipRetentionDays is null || HistoryRetentionDays is null || DataclipRetentionDays <= HistoryRetentionDays,
            "dataclipRetentionDays",
            "must be at most historyRetentionDays");
        Environments?.Check(faults, within: null);
    }

    public static bool IsPeriod(int days) => s_periods.Contains(days);

    private static void CheckPeriod(Faults faults, string field, int? days) =>
        faults.AddUnless(
            days is null || s_periods.Contains(days.Value), field, "must be 7, 14, 30, 90, 180 or 365, or absent for no end");
}
