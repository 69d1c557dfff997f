using Actors.Runs;
using Cluster.Journal;

namespace Api.ReadModels.Projections;

/// <summary>
/// Rows of the steps of one report. A start and an end in the same report become one row; an end that comes later has
/// a row of its own, because rows are written whole and the start's times are not in the run's state any more.
/// </summary>
internal static class StepRows
{
    public static void Write(RowBatch rows, Guid runId, RunEvent.Reported reported)
    {
        foreach (var fact in reported.Facts)
        {
            switch (fact)
            {
                case RunFact.StepStarted started:
                    WriteStart(rows, runId, reported.Attempt, started, EndOf(reported, started.StepId));
                    break;
                case RunFact.StepCompleted ended when !Starts(reported, ended.StepId):
                    rows.Upsert(
                        Tables.StepEnds,
                        runId, ended.StepId, ended.JobId, reported.Attempt, Words.Of(ended.Reason), ended.ErrorType,
                        ended.ErrorMessage, ended.OutputDataclipId, ended.OutputLost, ended.DurationMs, ended.MemoryBytes,
                        ended.At);
                    break;
            }
        }
    }

    private static void WriteStart(
        RowBatch rows, Guid runId, int attempt, RunFact.StepStarted started, RunFact.StepCompleted? end) =>
        rows.Upsert(
            Tables.Steps,
            runId, started.StepId, started.JobId, attempt, started.At, started.InputDataclipId,
            end is null ? null : Words.Of(end.Reason), end?.ErrorType, end?.ErrorMessage, end?.OutputDataclipId,
            end?.OutputLost, end?.DurationMs, end?.MemoryBytes, end?.At);

    private static RunFact.StepCompleted? EndOf(RunEvent.Reported reported, Guid stepId)
    {
        foreach (var fact in reported.Facts)
        {
            if (fact is RunFact.StepCompleted ended && ended.StepId == stepId) return ended;
        }

        return null;
    }

    private static bool Starts(RunEvent.Reported reported, Guid stepId)
    {
        foreach (var fact in reported.Facts)
        {
            if (fact is RunFact.StepStarted started && started.StepId == stepId) return true;
        }

        return false;
    }
}
