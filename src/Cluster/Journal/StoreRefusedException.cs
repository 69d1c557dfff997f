namespace Cluster.Journal;

/// <summary>
/// The store is not one that this node may serve from: it belongs to another process, another shard count or another
/// version. Trying again does not help; a person has to act.
/// </summary>
public sealed class StoreRefusedException(string message, Exception? inner = null) : Exception(message, inner);
