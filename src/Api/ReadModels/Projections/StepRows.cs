using System.Collections.Immutable;
using Actors.Runs;
using Cluster.Journal;

namespace Api.ReadModels.Projections;

/// <summary>Rows of the steps that one event began or ended.</summary>
internal static class StepRows
{
    public static void Write(RowBatch rows, Guid runId, RunState state, RunEvent @event)
    {
        switch (@event)
        {
            case RunEvent.Created { Reused: { } reused }:
                WriteReused(rows, runId, reused);
                break;
            case RunEvent.Reported reported:
                WriteReported(rows, runId, state, reported);
                break;
            case RunEvent.Requeued requeued:
                WriteLost(rows, runId, requeued.LostSteps, requeued.At);
                break;
            case RunEvent.Ended ended:
                WriteLost(rows, runId, ended.LostSteps, ended.At);
                break;
        }
    }

    private static void WriteReported(RowBatch rows, Guid runId, RunState state, RunEvent.Reported reported)
    {
        foreach (var fact in reported.Facts)
        {
            switch (fact)
            {
                case RunFact.StepStarted started when !Ends(reported, started.StepId):
                    rows.Upsert(
                        Tables.Steps,
                        runId, started.StepId, started.JobId, reported.Attempt, started.At, started.InputDataclipId,
                        null, null, null, null, null, null, null, null, null, null);
                    break;
                case RunFact.StepCompleted ended:
                    WriteEnd(rows, runId, state, reported.Attempt, ended);
                    break;
                case RunFact.Completed completed:
                    WriteLost(rows, runId, completed.LostSteps, completed.At);
                    break;
                case RunFact.RetryScheduled retry:
                    WriteLost(rows, runId, retry.LostSteps, retry.At);
                    break;
            }
        }
    }

    /// <summary>The start is known from the state: the row is written whole.</summary>
    private static void WriteEnd(RowBatch rows, Guid runId, RunState state, int attempt, RunFact.StepCompleted ended)
    {
        var finished = Find(state.FinishedSteps, ended.StepId);
        rows.Upsert(
            Tables.Steps,
            runId, ended.StepId, ended.JobId, attempt, finished?.StartedAt ?? ended.At, finished?.InputDataclipId,
            ended.Reason.ToWire(), ended.ErrorType, ended.ErrorMessage, ended.OutputDataclipId, ended.OutputLost,
            ended.DurationMs, ended.MemoryBytes, ended.At, null, ended.WebhookResponseId);
    }

    /// <summary>Of no attempt of this run: it was another one that executed them.</summary>
    private static void WriteReused(RowBatch rows, Guid runId, ImmutableArray<ReusedStep> steps)
    {
        foreach (var step in steps)
        {
            rows.Upsert(
                Tables.Steps,
                runId, step.StepId, step.JobId, 0, step.StartedAt, step.InputDataclipId,
                step.Reason.ToWire(), step.ErrorType, step.ErrorMessage, step.OutputDataclipId, step.OutputLost,
                step.DurationMs, step.MemoryBytes, step.FinishedAt, true, null);
        }
    }

    private static void WriteLost(RowBatch rows, Guid runId, ImmutableArray<OpenStep> steps, DateTimeOffset at)
    {
        foreach (var step in steps)
        {
            rows.Upsert(
                Tables.Steps,
                runId, step.StepId, step.JobId, step.Attempt, step.StartedAt, step.InputDataclipId,
                ExitReason.Lost.ToWire(), null, null, null, null, null, null, at, null, null);
        }
    }

    private static FinishedStep? Find(ImmutableArray<FinishedStep> steps, Guid stepId)
    {
        for (var at = steps.Length - 1; at >= 0; at--)
        {
            if (steps[at].StepId == stepId) return steps[at];
        }

        return null;
    }

    private static bool Ends(RunEvent.Reported reported, Guid stepId)
    {
        foreach (var fact in reported.Facts)
        {
            if (fact is RunFact.StepCompleted ended && ended.StepId == stepId) return true;
        }

        return false;
    }
}
