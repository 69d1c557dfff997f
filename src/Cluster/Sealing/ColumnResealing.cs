using System.Data.Common;
using Cluster.Entities;
using Cluster.Journal;

namespace Cluster.Sealing;

/// <summary>
/// Walks through one column of sealed values. It reads a page beside the appends and replaces, in small transactions, each value that is still
/// the one it read: what was changed, wiped or deleted meanwhile stays so.
/// </summary>
public sealed class ColumnResealing(SealedColumn column, Resealer resealer, IReadStore store, IRowUpkeep rows, NoticeBoard notices) : IResealing
{
    /// <summary>In SQLite nothing else is written during a transaction.</summary>
    private const int MostStatements = 50;
    private const long MostBytes = 1024 * 1024;

    public string Name => column.Name;

    public async Task<ResealedPage> NextAsync(string position, int most, CancellationToken cancellationToken)
    {
        await using var connection = await store.OpenReadAsync(cancellationToken).ConfigureAwait(false);
        var page = await column.ReadAsync(connection, position, most, cancellationToken).ConfigureAwait(false);
        var tally = new Tally();
        foreach (var row in page.Rows.Where(static row => row.Length is not null))
        {
            tally.Count(await ResealAsync(connection, row, tally, cancellationToken).ConfigureAwait(false));
            if (tally.Statements.Count >= MostStatements || tally.Bytes >= MostBytes)
            {
                await WriteAsync(tally, cancellationToken).ConfigureAwait(false);
            }
        }

        await WriteAsync(tally, cancellationToken).ConfigureAwait(false);
        return new ResealedPage(page.IsLast ? null : column.PositionAfter(page.Rows[^1]), tally.Seen, tally.Resealed)
        {
            Skipped = tally.Skipped,
            Damaged = tally.Damaged,
        };
    }

    private async Task<Resealing> ResealAsync(DbConnection connection, SealedColumnRow row, Tally tally, CancellationToken cancellationToken)
    {
        var looked = await resealer.LookAsync(row.Value, row.Length!.Value, tally.Keys, cancellationToken).ConfigureAwait(false);
        if (looked == Resealing.Resealed)
        {
            var whole = row.IsWhole ? row : await column.ReadWholeAsync(connection, row, cancellationToken).ConfigureAwait(false);
            if (whole is not { Length: not null })
            {
                return Resealing.Gone;
            }

            (looked, var blob) = await resealer.ResealAsync(whole.Value, column.Identify(whole), cancellationToken).ConfigureAwait(false);
            if (blob is not null)
            {
                tally.Statements.Add(column.Replace(whole, blob));
                tally.Bytes += blob.Length;
            }
        }

        if (looked == Resealing.Damaged)
        {
            notices.Publish(column.FaultOf(row));
        }

        return looked;
    }

    private async Task WriteAsync(Tally tally, CancellationToken cancellationToken)
    {
        if (tally.Statements.Count > 0)
        {
            var changed = await rows.ChangeAsync(tally.Statements, cancellationToken).ConfigureAwait(false);
            tally.Resealed += changed.Sum();
            tally.Statements.Clear();
            tally.Bytes = 0;
        }
    }

    private sealed class Tally
    {
        public List<UpkeepStatement> Statements { get; } = [];

        /// <summary>What is known of the keys that the page's values name.</summary>
        public Dictionary<Guid, Resealing> Keys { get; } = [];

        public long Bytes { get; set; }

        public int Seen { get; private set; }

        public int Resealed { get; set; }

        public int Skipped { get; private set; }

        public int Damaged { get; private set; }

        public void Count(Resealing outcome)
        {
            Seen++;
            Skipped += outcome == Resealing.Gone ? 1 : 0;
            Damaged += outcome == Resealing.Damaged ? 1 : 0;
        }
    }
}
