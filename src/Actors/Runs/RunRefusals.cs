using System.Globalization;
using Cluster.Entities;

namespace Actors.Runs;

/// <summary>Every way a run says no. The codes are part of the public API.</summary>
public static class RunRefusals
{
    public const string NotFoundCode = "run_not_found";
    public const string ExistsCode = "run_exists";
    public const string InvalidRunCode = "invalid_run";
    public const string NotAvailableCode = "run_not_available";
    public const string StaleAttemptCode = "stale_attempt";
    public const string FinalCode = "run_final";
    public const string NotFinalCode = "run_not_final";
    public const string GapCode = "gap";
    public const string InvalidReportCode = "invalid_report";

    /// <summary>The number a <see cref="GapCode"/> refusal expects next; null for any other refusal.</summary>
    public static int? ExpectedNumber(Refusal refusal) =>
        refusal is { Code: GapCode, Faults: [{ Field: "next" } fault] }
        && int.TryParse(fault.Rule, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    internal static Refusal NotFound(Guid id) => new(RefusalKind.NotFound, NotFoundCode, $"There is no run {id}.");

    internal static Refusal Exists(Guid id) =>
        new(RefusalKind.Conflict, ExistsCode, $"Run {id} exists already with another plan.");

    internal static Refusal InputNotOfPlan() =>
        new(
            RefusalKind.Invalid,
            InvalidRunCode,
            "The run cannot be created as it is.",
            [new FieldFault("input.id", "must be the plan's input dataclip")]);

    internal static Refusal TooManyReused() =>
        new(
            RefusalKind.Invalid,
            InvalidRunCode,
            "The run cannot be created as it is.",
            [new FieldFault("reused", $"has at most {RunRetry.MaxReused} steps")]);

    internal static Refusal NotAvailable(RunState state) =>
        new(RefusalKind.Conflict, NotAvailableCode, $"The run does not wait for a worker: it is {state.Status.ToWire()}.");

    internal static Refusal StaleAttempt(RunState state, int attempt) =>
        new(
            RefusalKind.Conflict,
            StaleAttemptCode,
            state.IsActive
                ? $"Attempt {attempt} does not hold the run: attempt {state.Attempt} does."
                : $"Attempt {attempt} does not hold the run: it is {state.Status.ToWire()}.");

    internal static Refusal Final(RunState state) =>
        new(RefusalKind.Conflict, FinalCode, $"The run has ended: it is {state.Status.ToWire()}.");

    internal static Refusal NotFinal(RunState state) =>
        new(RefusalKind.Conflict, NotFinalCode, $"The run has not ended: it is {state.Status.ToWire()}.");

    /// <summary>The expected number stands alone in the fault <c>next</c>: <see cref="ExpectedNumber"/> reads it.</summary>
    internal static Refusal Gap(int expected, int from) =>
        new(
            RefusalKind.Conflict,
            GapCode,
            $"Events {expected} to {from - 1} are missing: report again from {expected}.",
            [new FieldFault("next", expected.ToString(CultureInfo.InvariantCulture))]);

    internal static Refusal NegativeNumber() =>
        new(
            RefusalKind.Invalid,
            InvalidReportCode,
            "The report cannot be read.",
            [new FieldFault("from", "must not be negative")]);
}
