using System.Collections.Immutable;
using Actors.Runs;

namespace Actors.Dispatch;

/// <summary>From which queues a worker takes runs, and which it empties first (openfn-protocol 4.2).</summary>
/// <param name="Order">Each queue at most once; empty for a worker that only names queues that do not exist.</param>
public sealed record QueuePreference(ImmutableArray<RunQueue> Order)
{
    private const string Others = "*";

    /// <summary>What the name <c>*</c> stands for: the queues that a worker did not name, the most urgent first.</summary>
    public static QueuePreference Any { get; } = new([RunQueue.FastLane, RunQueue.Manual, RunQueue.Default]);

    /// <summary>For a worker that says nothing: <c>manual</c>, then all others.</summary>
    public static QueuePreference Usual { get; } = Of(["manual", Others]);

    /// <param name="names">
    /// With <c>*</c> every queue is eligible and the names only say which come first; without, runs of no other queue
    /// are. Names of no queue match nothing. Null or empty: <see cref="Usual"/>.
    /// </param>
    public static QueuePreference Parse(IReadOnlyList<string>? names) => names is { Count: > 0 } ? Of(names) : Usual;

    public bool Equals(QueuePreference? other) => other is not null && Order.AsSpan().SequenceEqual(other.Order.AsSpan());

    public override int GetHashCode() => Order.Aggregate(0, static (hash, queue) => HashCode.Combine(hash, queue));

    private static QueuePreference Of(IReadOnlyList<string> names)
    {
        var named = names.Select(QueueOf).OfType<RunQueue>().ToList();
        var others = Any.Order.Except(named);
        return new QueuePreference([.. names.SelectMany(name => name == Others ? others : named.Where(queue => queue == QueueOf(name))).Distinct()]);
    }

    private static RunQueue? QueueOf(string name) => name switch
    {
        "fast_lane" => RunQueue.FastLane,
        "manual" => RunQueue.Manual,
        "default" => RunQueue.Default,
        _ => null,
    };
}
