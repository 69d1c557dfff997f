using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using Actors.WorkOrders;

namespace Actors.Runs;

/// <summary>
/// The words for states and reasons that clients, workers and the database see: one place for all of them.
/// </summary>
public static class WireNames
{
    private static readonly FrozenDictionary<string, RunStatus> Statuses =
        Enum.GetValues<RunStatus>().ToFrozenDictionary(ToWire, StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, WorkOrderState> WorkOrderStates =
        Enum.GetValues<WorkOrderState>().ToFrozenDictionary(ToWire, StringComparer.Ordinal);

    public static string ToWire(this RunStatus status) => status switch
    {
        RunStatus.Absent => "absent",
        RunStatus.Available => "available",
        RunStatus.Claimed => "claimed",
        RunStatus.Started => "started",
        RunStatus.Success => "success",
        RunStatus.Failed => "failed",
        RunStatus.Crashed => "crashed",
        RunStatus.Cancelled => "cancelled",
        RunStatus.Killed => "killed",
        RunStatus.Exception => "exception",
        RunStatus.Lost => "lost",
        RunStatus.Rejected => "rejected",
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, null),
    };

    public static string ToWire(this ExitReason reason) => reason switch
    {
        ExitReason.Success => "success",
        ExitReason.Fail => "fail",
        ExitReason.Crash => "crash",
        ExitReason.Cancel => "cancel",
        ExitReason.Kill => "kill",
        ExitReason.Exception => "exception",
        ExitReason.Lost => "lost",
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, null),
    };

    public static string ToWire(this WorkOrderState state) => state switch
    {
        WorkOrderState.Rejected => "rejected",
        WorkOrderState.Pending => "pending",
        WorkOrderState.Running => "running",
        WorkOrderState.Success => "success",
        WorkOrderState.Failed => "failed",
        WorkOrderState.Crashed => "crashed",
        WorkOrderState.Cancelled => "cancelled",
        WorkOrderState.Killed => "killed",
        WorkOrderState.Exception => "exception",
        WorkOrderState.Lost => "lost",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, null),
    };

    /// <summary>What a worker says of a step or run. <c>ok</c> is an old word for success; the words of final run states
    /// are taken as well, as OpenFn Lightning does.</summary>
    public static bool TryParseReason([NotNullWhen(true)] string? word, out ExitReason reason)
    {
        (var known, reason) = word switch
        {
            "success" or "ok" => (true, ExitReason.Success),
            "fail" or "failed" => (true, ExitReason.Fail),
            "crash" or "crashed" => (true, ExitReason.Crash),
            "cancel" or "cancelled" => (true, ExitReason.Cancel),
            "kill" or "killed" => (true, ExitReason.Kill),
            "exception" => (true, ExitReason.Exception),
            "lost" => (true, ExitReason.Lost),
            _ => (false, default),
        };
        return known;
    }

    public static bool TryParseStatus([NotNullWhen(true)] string? word, out RunStatus status) =>
        Statuses.TryGetValue(word ?? "", out status);

    public static bool TryParseWorkOrderState([NotNullWhen(true)] string? word, out WorkOrderState state) =>
        WorkOrderStates.TryGetValue(word ?? "", out state);

    /// <summary>The state of a run that ended for that reason.</summary>
    public static RunStatus StatusOf(ExitReason reason) => reason switch
    {
        ExitReason.Success => RunStatus.Success,
        ExitReason.Fail => RunStatus.Failed,
        ExitReason.Crash => RunStatus.Crashed,
        ExitReason.Cancel => RunStatus.Cancelled,
        ExitReason.Kill => RunStatus.Killed,
        ExitReason.Exception => RunStatus.Exception,
        ExitReason.Lost => RunStatus.Lost,
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, null),
    };
}
