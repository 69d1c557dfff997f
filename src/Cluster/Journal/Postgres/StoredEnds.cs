using Cluster.Entities;

namespace Cluster.Journal.Postgres;

/// <summary>
/// The numbers up to which a session has itself committed entities lately. What it committed stays, so an append that
/// follows needs no look at the journal for a gap. It is forgotten with the session: a server that was replaced by one
/// with less in it ends the session first.
/// </summary>
/// <param name="bound">Entities remembered at most; those extended longest ago are forgotten first, half of them at once.</param>
internal sealed class StoredEnds(int bound)
{
    private Dictionary<EntityRef, long> _recent = [];
    private Dictionary<EntityRef, long> _older = [];

    /// <summary>Whether the entity was committed up to this event at least.</summary>
    public bool Covers(EntityRef entity, long sequenceNr) =>
        (_recent.TryGetValue(entity, out var end) || _older.TryGetValue(entity, out end)) && end >= sequenceNr;

    public void Add(EntityRef entity, long sequenceNr)
    {
        if (_recent.Count >= bound / 2)
        {
            (_recent, _older) = (_older, _recent);
            _recent.Clear();
        }

        _recent[entity] = sequenceNr;
    }
}
