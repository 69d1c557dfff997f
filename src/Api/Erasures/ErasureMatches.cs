using Api.ReadModels;
using Cluster.Journal;

namespace Api.Erasures;

/// <summary>Writes down what an erasure found and what came of it. Writing something down twice is like doing it once.</summary>
internal sealed class ErasureMatches(IRowUpkeep rows)
{
    public OfErasure Of(Guid erasureId) => new(rows, erasureId);

    public static UpkeepStatement Outcome(Guid erasureId, ErasureMatchRow match, string outcome) =>
        new(
            """
            update erasure_matches set outcome = @outcome
            where erasure_id = @erasureId and kind = @Kind and item_id = @ItemId and attempt = @Attempt and number = @Number
            """,
            new { erasureId, match.Kind, match.ItemId, match.Attempt, match.Number, outcome });

    internal sealed class OfErasure(IRowUpkeep rows, Guid erasureId)
    {
        /// <param name="found">A few.</param>
        public Task AddAsync(IEnumerable<ErasureMatchRow> found, CancellationToken cancellationToken) =>
            rows.ChangeAsync(
                [
                    .. found.Select(match => new UpkeepStatement(
                        """
                        insert into erasure_matches (erasure_id, kind, item_id, attempt, number)
                        values (@erasureId, @Kind, @ItemId, @Attempt, @Number) on conflict do nothing
                        """,
                        new { erasureId, match.Kind, match.ItemId, match.Attempt, match.Number })),
                ],
                cancellationToken);
    }
}
