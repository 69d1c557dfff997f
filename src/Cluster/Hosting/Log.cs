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

    [LoggerMessage(1008, LogLevel.Critical, "{Entity} is not served: {Reason} Compare the store with a backup")]
    public static partial void IntegrityFailed(ILogger logger, EntityRef entity, string reason);

    [LoggerMessage(1009, LogLevel.Warning, "{Entity} is not served: {Reason}")]
    public static partial void RecoveryWithoutKey(ILogger logger, EntityRef entity, string reason);

    [LoggerMessage(1010, LogLevel.Warning, "Nothing of owner {Owner} is stored: {Reason}")]
    public static partial void NoKey(ILogger logger, Guid owner, string reason);

    [LoggerMessage(1011, LogLevel.Error, "Nothing of owner {Owner} is stored: its key could not be looked up")]
    public static partial void KeyFailed(ILogger logger, Guid owner, Exception cause);

    [LoggerMessage(1012, LogLevel.Critical, "What this node stores is NOT SEALED: keys.store-in-clear-for-benchmarks is on. Never serve people with it")]
    public static partial void StoresInClear(ILogger logger);

    [LoggerMessage(1200, LogLevel.Warning, "A heartbeat failed: {Reason}")]
    public static partial void HeartbeatFailed(ILogger logger, string reason);

    [LoggerMessage(1201, LogLevel.Warning, "A look at the cluster failed: {Reason}")]
    public static partial void ReshardingFailed(ILogger logger, string reason);

    [LoggerMessage(1202, LogLevel.Warning, "Node {Name} ({NodeId}) gave no sign of life and was declared down")]
    public static partial void MemberDown(ILogger logger, string name, Guid nodeId);

    [LoggerMessage(1203, LogLevel.Information, "Took {Count} shards")]
    public static partial void ShardsTaken(ILogger logger, int count);

    [LoggerMessage(1204, LogLevel.Information, "Gave {Count} shards back")]
    public static partial void ShardsReleased(ILogger logger, int count);

    [LoggerMessage(1205, LogLevel.Warning, "A handover of {Shards} shards did not wait any longer for {Busy} busy entities")]
    public static partial void HandoverTimedOut(ILogger logger, int shards, int busy);

    [LoggerMessage(1206, LogLevel.Critical, "This node was declared down by the others: it stops")]
    public static partial void DeclaredDown(ILogger logger);

    [LoggerMessage(1207, LogLevel.Information, "Node {Name} ({NodeId}) joined the cluster")]
    public static partial void Joined(ILogger logger, string name, Guid nodeId);

    [LoggerMessage(1208, LogLevel.Information, "Node {Name} left the cluster; {Shards} shards were still its own")]
    public static partial void Left(ILogger logger, string name, int shards);

    [LoggerMessage(1209, LogLevel.Error, "{Entity} is set aside: {Attempts} recoveries of it ended with the death of their node")]
    public static partial void EntitySetAside(ILogger logger, EntityRef entity, int attempts);

    [LoggerMessage(1100, LogLevel.Information, "Transport listens on {Host}:{Port} {Tls}")]
    public static partial void TransportListens(ILogger logger, string host, int port, string tls);

    [LoggerMessage(1101, LogLevel.Information, "Connected to node {NodeId} of version {Product}")]
    public static partial void PeerConnected(ILogger logger, Guid nodeId, string product);

    [LoggerMessage(1102, LogLevel.Information, "Connection to node {NodeId} ended: {Reason}")]
    public static partial void PeerDisconnected(ILogger logger, Guid nodeId, string reason);

    [LoggerMessage(1103, LogLevel.Warning, "No connection to node {NodeId}: {Reason}; trying again as calls come")]
    public static partial void PeerUnreachable(ILogger logger, Guid nodeId, string reason);

    [LoggerMessage(1104, LogLevel.Information, "Connection from node {NodeId} ended: {Reason}")]
    public static partial void IncomingClosed(ILogger logger, Guid nodeId, string reason);

    [LoggerMessage(1105, LogLevel.Warning, "Refused a connection from {Remote}: {Reason}; {Unlogged} more since the last such message")]
    public static partial void IncomingRefused(ILogger logger, string? remote, string reason, int unlogged);

    [LoggerMessage(1106, LogLevel.Error, "Peer service {Service} failed on a request of node {NodeId}")]
    public static partial void PeerServiceFailed(ILogger logger, byte service, Guid nodeId, Exception cause);
}
