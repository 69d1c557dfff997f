namespace Cluster.Hocon;

/// <summary>A setting that the code has asked for.</summary>
/// <param name="Key">From the root, dotted: <c>cluster.worker.lease-grace</c>.</param>
/// <param name="Kind">A word such as <c>duration</c>.</param>
/// <param name="Default">In the spelling of the files; null when the setting has none or is secret.</param>
/// <param name="Value">What holds now, in the same spelling; null when there is none or it is secret.</param>
public sealed record Setting(string Key, string Kind, string? Default, string? Value, bool Secret);
