using Actors.Erasures;
using Api.ReadModels;

namespace Api.Erasures;

/// <param name="Texts">1 to 20 texts of 3 to 200 characters by which the person is known: name, address, number.</param>
internal sealed record NewErasure(string[]? Texts);

/// <param name="Runs">Runs with an error message of theirs or of one of their steps.</param>
internal sealed record ErasureFigures(long Dataclips, long LogLines, long Runs);

/// <param name="Searched">Values that were looked through so far.</param>
/// <param name="Unreadable">Values that are not what was stored, and of which nobody can say what is in them.</param>
/// <param name="Found">What has one of the texts.</param>
/// <param name="Erased">Absent until it is done.</param>
/// <param name="LeftRuns">Runs whose error messages stayed because they were not finished; absent until it is done.</param>
/// <param name="CoversUntil">What came later is not covered: begin another erasure for it.</param>
/// <param name="ExecutableUntil">Absent unless it can be executed.</param>
internal sealed record ErasureView(
    Guid Id, Guid ProjectId, ErasureStatus Status, long Searched, long Unreadable, ErasureFigures Found, ErasureFigures? Erased, long? LeftRuns,
    DateTimeOffset CoversUntil, DateTimeOffset? ReadyAt, DateTimeOffset? ExecutableUntil, DateTimeOffset? FinishedAt)
{
    public static ErasureView Of(ErasureRow row, IReadOnlyList<ErasureCountRow> counts)
    {
        long Found(string kind) => counts.Where(count => count.Kind == kind).Sum(static count => count.Matches);
        var status = Words.Parse<ErasureStatus>(row.Status);
        return new ErasureView(
            row.Id,
            row.ProjectId,
            status,
            row.Searched,
            row.Unreadable,
            new ErasureFigures(Found("dataclip"), Found("log_line"), Found("run")),
            row is { ErasedDataclips: { } clips, ErasedLogLines: { } lines, ErasedRuns: { } runs } ? new ErasureFigures(clips, lines, runs) : null,
            row.LeftRuns,
            row.CreatedAt,
            row.ReadyAt,
            status == ErasureStatus.Ready ? row.ReadyAt + ErasureCommand.ExecutableFor : null,
            row.FinishedAt);
    }
}

/// <param name="Kind"><c>dataclip</c>, <c>log_line</c>, or <c>run</c> for error messages.</param>
/// <param name="Outcome"><c>erased</c>, or <c>left</c> of a run that was not finished; absent before.</param>
internal sealed record ErasureMatchView(string Kind, Guid? DataclipId, Guid? RunId, long? Attempt, long? Number, string? Outcome)
{
    public static ErasureMatchView Of(ErasureMatchRow row) => row.Kind switch
    {
        "dataclip" => new ErasureMatchView(row.Kind, row.ItemId, null, null, null, row.Outcome),
        "log_line" => new ErasureMatchView(row.Kind, null, row.ItemId, row.Attempt, row.Number, row.Outcome),
        _ => new ErasureMatchView(row.Kind, null, row.ItemId, null, null, row.Outcome),
    };
}
