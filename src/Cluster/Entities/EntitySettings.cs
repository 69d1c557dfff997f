namespace Cluster.Entities;

/// <summary>Bounds of the entities of one node.</summary>
/// <param name="MailboxCapacity">Commands that may wait for one entity; more are refused as overloaded.</param>
/// <param name="PassivateAfter">An entity without messages for this long leaves memory.</param>
/// <param name="MaxLive">Above this many entities in memory (per type), idle ones leave after a second.</param>
/// <param name="AskTimeout">Longest wait for an outcome; then it is <see cref="Outcome.Unknown"/>.</param>
/// <param name="MaxRecoveries">Entities that may read their history at the same time.</param>
/// <param name="StopTimeout">Longest wait for busy entities when the node stops.</param>
public sealed record EntitySettings(
    int MailboxCapacity,
    TimeSpan PassivateAfter,
    int MaxLive,
    TimeSpan AskTimeout,
    int MaxRecoveries,
    TimeSpan StopTimeout)
{
    public static EntitySettings Default { get; } = new(
        1_000, TimeSpan.FromSeconds(30), 20_000, TimeSpan.FromSeconds(20), 64, TimeSpan.FromSeconds(20));
}
