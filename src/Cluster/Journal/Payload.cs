namespace Cluster.Journal;

/// <summary>Bytes with the name of what they are and in which version, e.g. <c>run-created.v1</c>.</summary>
public readonly record struct Payload(string Manifest, ReadOnlyMemory<byte> Bytes);
