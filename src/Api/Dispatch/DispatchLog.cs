
namespace Api.Dispatch;

/// <summary>Log messages of dispatch and workers (2000-2099).</summary>
internal static partial class DispatchLog
{
    [LoggerMessage(2000, LogLevel.Error, "Claim of run {RunId} failed")]
    public static partial void ClaimFailed(ILogger logger, Guid runId, Exception cause);

    [LoggerMessage(2001, LogLevel.Error, "What run {RunId} needs could not be read; the attempt is given up")]
    public static partial void PreparationFailed(ILogger logger, Guid runId, Exception cause);

    [LoggerMessage(2002, LogLevel.Error, "Waiting runs of workflow {WorkflowId} could not be read")]
    public static partial void RefillFailed(ILogger logger, Guid workflowId, Exception cause);

    [LoggerMessage(2003, LogLevel.Error, "A report of run {RunId} could not be taken; the worker sends it again")]
    public static partial void ReportFailed(ILogger logger, Guid runId, Exception cause);

    [LoggerMessage(2010, LogLevel.Information, "Worker {WorkerId} connected")]
    public static partial void WorkerConnected(ILogger logger, string workerId);

    [LoggerMessage(2011, LogLevel.Information, "Worker {WorkerId} is gone")]
    public static partial void WorkerGone(ILogger logger, string workerId);

    [LoggerMessage(2012, LogLevel.Warning, "Worker {WorkerId} broke the protocol: {Fault}")]
    public static partial void ProtocolBroken(ILogger logger, string workerId, string fault);

    [LoggerMessage(2013, LogLevel.Error, "The channel {Topic} of worker {WorkerId} failed; the worker joins it again")]
    public static partial void ChannelFailed(ILogger logger, string workerId, string topic, Exception cause);

    [LoggerMessage(2014, LogLevel.Warning, "Worker {WorkerId} sent {Lines} log lines of run {RunId} that are none; they are dropped")]
    public static partial void LinesDropped(ILogger logger, string workerId, int lines, Guid runId);

    [LoggerMessage(2015, LogLevel.Error, "What worker {WorkerId} reported of run {RunId} could not be stored in time: {Reason}")]
    public static partial void ReportLost(ILogger logger, string workerId, Guid runId, string reason);

    [LoggerMessage(2016, LogLevel.Error, "The plan of run {RunId} could not be read in time; worker {WorkerId} gets one that fails, the attempt is given up")]
    public static partial void PlanLost(ILogger logger, string workerId, Guid runId);

    [LoggerMessage(2017, LogLevel.Warning, "Worker {WorkerId} did not come for run {RunId}; it waits again")]
    public static partial void NotJoined(ILogger logger, string workerId, Guid runId);

    [LoggerMessage(2018, LogLevel.Warning, "A part of what run {RunId} needs could not be read")]
    public static partial void MaterialFailed(ILogger logger, Guid runId, Exception cause);

    [LoggerMessage(2020, LogLevel.Information, "Worker process {ProcessId} started")]
    public static partial void ProcessStarted(ILogger logger, int processId);

    [LoggerMessage(2021, LogLevel.Warning, "Worker process ended with code {ExitCode}; starting another in {Wait}")]
    public static partial void ProcessEnded(ILogger logger, int exitCode, TimeSpan wait);

    [LoggerMessage(2022, LogLevel.Error, "Worker process could not be started")]
    public static partial void ProcessFailed(ILogger logger, Exception cause);

    [LoggerMessage(2023, LogLevel.Information, "Worker: {Line}")]
    public static partial void ProcessSaid(ILogger logger, string line);

    [LoggerMessage(2024, LogLevel.Error, "Leases could not be checked")]
    public static partial void LeaseCheckFailed(ILogger logger, Exception cause);

    [LoggerMessage(2025, LogLevel.Warning, "The end of attempt {Attempt} of run {RunId} was not heard of; the run was asked")]
    public static partial void EndMissed(ILogger logger, Guid runId, int attempt);

    [LoggerMessage(2030, LogLevel.Error, "The work of {Shards} shards could not be taken up; trying again")]
    public static partial void AdoptionFailed(ILogger logger, int shards, Exception cause);

    [LoggerMessage(2033, LogLevel.Error, "Active runs of projects with limits could not be read; trying again")]
    public static partial void SpreadFailed(ILogger logger, Exception cause);

    [LoggerMessage(2031, LogLevel.Warning, "Node {Lender} could not be asked for runs")]
    public static partial void BorrowFailed(ILogger logger, Guid lender, Exception cause);

    [LoggerMessage(2032, LogLevel.Warning, "Runs whose time has come could not be looked for; trying again")]
    public static partial void DelayedFailed(ILogger logger, Exception cause);
}
