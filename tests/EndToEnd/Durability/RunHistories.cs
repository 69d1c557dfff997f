using Actors.Runs;

namespace EndToEnd.Durability;

/// <summary>A run's events as decoded, and each state they led to.</summary>
/// <param name="States">One per event: the state after it.</param>
internal sealed record RunHistory(
    Guid Id, IReadOnlyList<StoredEvent> Stored, IReadOnlyList<RunEvent> Events, IReadOnlyList<RunState> States)
{
    public RunState State => States[^1];

    public RunPlan Plan => State.Plan!;
}

/// <summary>The journal's runs, replayed through the node's own codec and behaviour.</summary>
internal static class RunHistories
{
    public static Dictionary<Guid, RunHistory> Replay(JournalFile file) =>
        file.Events(Actors.EntityTypes.Run).ToDictionary(pair => pair.Key, pair => Replay(pair.Key, pair.Value));

    private static RunHistory Replay(Guid id, List<StoredEvent> stored)
    {
        var codec = new RunCodec();
        var behavior = new RunBehavior();
        var events = stored.ConvertAll(one => codec.Decode(one.Payload));
        var states = new List<RunState>();
        foreach (var @event in events)
            states.Add(behavior.Evolve(states.Count == 0 ? behavior.Initial : states[^1], @event));
        return new RunHistory(id, stored, events, states);
    }
}
