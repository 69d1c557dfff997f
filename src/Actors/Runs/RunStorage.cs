using System.Collections.Frozen;
using System.Collections.Immutable;
using Actors.Projects;

namespace Actors.Runs;

/// <summary>
/// What a run of a project that stores nothing (<see cref="RetentionPolicy.EraseAll"/>, S0-03) may still write down: states, times, sizes, and
/// names of errors that nobody can have put data into. Everything that job code or a caller wrote is left out before there is an event.
/// </summary>
public static class RunStorage
{
    private const string OtherError = "Error";

    /// <summary>Names that OpenFn's worker and runtime, the language and the cluster give. Job code names its errors as it likes.</summary>
    private static readonly FrozenSet<string> s_errorTypes = FrozenSet.Create(
        StringComparer.Ordinal,
        "Error", "TypeError", "RangeError", "ReferenceError", "SyntaxError", "EvalError", "URIError", "AggregateError",
        "RuntimeError", "JobError", "AdaptorError", "RuntimeCrash", "CompileError", "CompilationError", "ImportError", "InputError", "SecurityError",
        "TimeoutError", "OOMError", "PayloadTooLarge", "StateTooLargeError", "EdgeConditionError", "InvalidCode", "ValidationError",
        "AutoinstallError", "CredentialLoadError", "CredentialError", "DataClipError", "PlanError", "ExitError", "UnknownError", "ExecutionError",
        "Kill", "Crash", "Fail", RunLoss.BodiesLost, RunLoss.LostAfterClaim, RunLoss.LostAfterStart, RunLoss.PoisonRun);

    public static bool IsUnstored(RunPlan? plan) => plan?.Storage == RetentionPolicy.EraseAll;

    internal static Cluster.Entities.Attachment Of(RunPlan plan, DataclipBody body) => IsUnstored(plan) ? new UnstoredBody(body) : body;

    internal static string? ErrorType(string? given) => given is null || s_errorTypes.Contains(given) ? given : OtherError;

    /// <summary>A retry may take over steps of a run of before the policy.</summary>
    internal static RunEvent.Created Strip(RunEvent.Created created) =>
        IsUnstored(created.Plan) && created.Reused is { } reused
            ? created with
            {
                Reused = [.. reused.Select(static step => step with { ErrorType = ErrorType(step.ErrorType), ErrorMessage = null })],
            }
            : created;

    /// <summary>The same reports with their outputs left out, as if they were too large to keep: for when there is no memory for them.</summary>
    public static ImmutableArray<RunReport> WithoutBodies(ImmutableArray<RunReport> reports) =>
    [
        .. reports.Select(static report => report switch
        {
            RunReport.StepComplete step => step with
            {
                Output = null, OutputTooLarge = step.OutputTooLarge || step.Output is not null, WebhookResponse = null,
            },
            RunReport.Complete complete => complete with { FinalState = null },
            _ => report,
        }),
    ];
}
