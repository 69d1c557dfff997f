using System.Globalization;
using System.Text;
using Actors;
using Actors.Audit;
using Api.ReadModels;
using Cluster.Entities;
using Cluster.Journal;

namespace Api.Audit;

/// <summary>Writes entries, each with its authentication code, into the rows of the decision that they are about.</summary>
internal sealed class AuditRows(AuditKeys keys)
{
    /// <summary>
    /// An entry about an event, on behalf of the command's origin. Its id follows from the event, so that an event has it once however
    /// often its transaction is tried.
    /// </summary>
    /// <param name="context">Of the event, as an <see cref="ITrail{TState,TEvent}"/> has it.</param>
    /// <param name="ordinal">Tells entries of one event apart.</param>
    public void Add(RowBatch rows, in DecisionContext context, AuditFact fact, int ordinal = 0)
    {
        var source = string.Create(CultureInfo.InvariantCulture, $"audit\n{context.Entity.Type}\n{context.Entity.Id:N}\n{context.SequenceNr}\n{ordinal}");
        Add(rows, new AuditEntry(
            DerivedId.Of(Encoding.UTF8.GetBytes(source)), context.Now, AuditOrigin.Read(context.Origin), fact));
    }

    /// <summary>An entry as it is.</summary>
    public void Add(RowBatch rows, AuditEntry given)
    {
        var entry = given with { At = StoredTime.FromMicroseconds(StoredTime.ToMicroseconds(given.At)) };
        var (actor, fact) = (entry.Actor, entry.Fact);
        rows.Upsert(
            Tables.AuditEntries,
            entry.Id, entry.At, Words.Of(actor.Kind), actor.Id, actor.Via, actor.TokenId, actor.Address, actor.RequestId,
            fact.Action, Words.Of(fact.Outcome), fact.ProjectId, fact.ItemType, fact.ItemId, fact.Details,
            keys.EntryMac(AuditDigest.Of(entry)));
        rows.Upsert(Tables.AuditPending, entry.At, entry.Id);
    }
}
