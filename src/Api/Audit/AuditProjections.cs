using Actors.Audit;
using Api.ReadModels;
using Cluster.Entities;
using Cluster.Journal;

namespace Api.Audit;

/// <summary>Entries that came to the log.</summary>
internal sealed class AuditLogProjection(AuditRows audit) : IProjection<AuditLogState, AuditLogEvent>
{
    public void Project(RowBatch rows, in DecisionContext context, AuditLogState state, AuditLogEvent @event)
    {
    }

    public void Project(RowBatch rows, in DecisionContext context, AuditLogState state, Attachment attachment)
    {
        if (attachment is AuditNote note) audit.Add(rows, note.Entry);
    }
}

/// <summary>Links and checkpoints of the chain.</summary>
internal sealed class ChainProjection : IProjection<ChainState, ChainEvent>
{
    public void Project(RowBatch rows, in DecisionContext context, ChainState state, ChainEvent @event)
    {
    }

    public void Project(RowBatch rows, in DecisionContext context, ChainState state, Attachment attachment)
    {
        switch (attachment)
        {
            case ChainLinks chained:
                Write(rows, chained);
                break;
            case CheckpointNote { Checkpoint: var point }:
                rows.Upsert(
                    Tables.AuditCheckpoints, point.Number, point.Position, point.Head, point.At, point.KeyId, point.Signature);
                break;
        }
    }

    private static void Write(RowBatch rows, ChainLinks chained)
    {
        for (var i = 0; i < chained.Links.Length; i++)
        {
            var link = chained.Links[i];
            rows.Upsert(Tables.AuditChain, chained.First + i, link.EntryId, Words.Of(link.Verdict), link.Hash, link.Mac);
            rows.Delete(Tables.AuditPending, link.EntryAt, link.EntryId);
        }

        foreach (var entry in chained.Settled) rows.Delete(Tables.AuditPending, entry.EntryAt, entry.EntryId);
    }
}
