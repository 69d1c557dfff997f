namespace Cluster.Transport;

/// <summary>The transport must not start as it is configured, or cannot. The message is for the operator.</summary>
public sealed class TransportRefusedException(string message, Exception? cause = null) : Exception(message, cause);
