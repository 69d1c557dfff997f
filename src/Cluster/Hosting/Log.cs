using Cluster.Entities;
using Cluster.Journal;
using Microsoft.Extensions.Logging;

namespace Cluster.Hosting;

/// <summary>Every log message of the engine, with stable ids (1000-1999). No message takes a payload or a command.</summary>
internal static partial class Log
{
    [LoggerMessage(1000, LogLevel.Error, "Append of {Units} units failed: {Outcome}")]
    public static partial void AppendFailed(ILogger logger, int units, AppendOutcome outcome, Exception cause);

    [LoggerMessage(1001, LogLevel.Error, "Recovery of {Entity} failed")]
    public static partial void RecoveryFailed(ILogger logger, EntityRef entity, Exception cause);

    [LoggerMessage(1002, LogLevel.Error, "{Entity} could not take a {Command}; nothing was stored")]
    public static partial void DecisionFailed(ILogger logger, EntityRef entity, string command, Exception cause);

    [LoggerMessage(1003, LogLevel.Warning, "{Entity} stopped after its append ended as {Outcome}; the next message recovers it")]
    public static partial void EntityStopped(ILogger logger, EntityRef entity, AppendOutcome outcome);

    [LoggerMessage(1004, LogLevel.Error, "An effect of {Entity} failed")]
    public static partial void EffectFailed(ILogger logger, EntityRef entity, Exception cause);

    [LoggerMessage(1005, LogLevel.Debug, "Passivated {Count} entities of type {Type}, {Live} live")]
    public static partial void Passivated(ILogger logger, int count, string type, int live);

    [LoggerMessage(1006, LogLevel.Information, "Engine stopped; {Live} entities were in memory")]
    public static partial void EngineStopped(ILogger logger, int live);

    [LoggerMessage(1007, LogLevel.Warning, "Engine stop did not wait any longer for {Busy} busy entities")]
    public static partial void StopTimedOut(ILogger logger, int busy);
}
