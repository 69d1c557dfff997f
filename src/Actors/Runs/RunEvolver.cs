using System.Diagnostics;

namespace Actors.Runs;

/// <summary>The one way a run's state changes: replay, live persist and the reading of reports end here.</summary>
internal static class RunEvolver
{
    public static RunState Evolve(RunState state, RunEvent @event)
    {
        if (@event is RunEvent.MessagesErased erased) return Erased(state, erased);
        Invariant.Holds(!state.IsFinal, "a final state of a run never changes");
        Invariant.Holds(
            (@event is RunEvent.Created or RunEvent.Rejected) == (state.Status == RunStatus.Absent), "a run is created once, before all else");

        return @event switch
        {
            RunEvent.Created created => Created(state, created),
            RunEvent.Rejected rejected => Rejected(state, rejected),
            RunEvent.Claimed claimed => Claimed(state, claimed),
            RunEvent.Reported reported => Reported(state, reported),
            RunEvent.Entered entered => Entered(state, entered),
            RunEvent.Requeued requeued => Requeued(state, requeued),
            RunEvent.Ended ended => Ended(state, ended),
            _ => throw new UnreachableException(),
        };
    }

    /// <summary>One fact of the present attempt.</summary>
    public static RunState Apply(RunState state, RunFact fact)
    {
        Invariant.Holds(state.IsActive, "only an attempt that holds the run adds facts");

        return fact switch
        {
            RunFact.Started started => state with
            {
                Status = RunStatus.Started,
                StartedAt = state.StartedAt ?? started.At,
            },
            RunFact.StepStarted started => StepStarted(state, started),
            RunFact.StepCompleted completed => StepCompleted(state, completed),
            RunFact.Completed completed => Completed(state, completed),
            RunFact.RetryScheduled retry => RetryScheduled(state, retry),
            _ => throw new UnreachableException(),
        };
    }

    public static int IndexOfOpen(RunState state, Guid stepId)
    {
        for (var i = 0; i < state.OpenSteps.Length; i++)
        {
            if (state.OpenSteps[i].StepId == stepId) return i;
        }

        return -1;
    }

    public static bool IsFinished(RunState state, Guid stepId)
    {
        foreach (var step in state.FinishedSteps)
        {
            if (step.StepId == stepId) return true;
        }

        return false;
    }

    /// <summary>The one event of a run that ended, and the first one that is read of it then.</summary>
    private static RunState Erased(RunState state, RunEvent.MessagesErased erased)
    {
        Invariant.Holds(state.IsFinal || state.Status == RunStatus.Absent, "only a run that ended forgets");
        return erased.State;
    }

    private static RunState Created(RunState state, RunEvent.Created created) => state with
    {
        Status = RunStatus.Available,
        Id = created.RunId,
        Plan = created.Plan,
        CreatedAt = created.At,
    };

    private static RunState Rejected(RunState state, RunEvent.Rejected rejected) => state with
    {
        Status = RunStatus.Rejected,
        Id = rejected.RunId,
        Plan = rejected.Plan,
        ErrorType = rejected.Reason,
        CreatedAt = rejected.At,
        FinishedAt = rejected.At,
    };

    private static RunState Claimed(RunState state, RunEvent.Claimed claimed)
    {
        Invariant.Holds(state.Status == RunStatus.Available, "only a waiting run is claimed");
        Invariant.Holds(claimed.Attempt == state.Attempt + 1, "attempts are numbered without a gap");
        return state with
        {
            Status = RunStatus.Claimed,
            Attempt = claimed.Attempt,
            Worker = claimed.Worker,
            Reported = 0,
            ClaimedAt = claimed.At,
            NotBefore = null,
            Entry = 0,
        };
    }

    private static RunState Reported(RunState state, RunEvent.Reported reported)
    {
        Invariant.Holds(state.IsActive && reported.Attempt == state.Attempt, "only the attempt that holds the run reports");
        Invariant.Holds(reported.Next > state.Reported, "the number of reported events only grows");
        state = state with { Reported = reported.Next };
        foreach (var fact in reported.Facts)
        {
            state = Apply(state, fact);
        }

        return state;
    }

    private static RunState Entered(RunState state, RunEvent.Entered entered)
    {
        Invariant.Holds(state.IsActive && entered.Attempt == state.Attempt, "only the attempt that holds the run is entered");
        Invariant.Holds(entered.Entry == state.Entry + 1, "entries are numbered without a gap");
        return state with { Entry = entered.Entry };
    }

    private static RunState Requeued(RunState state, RunEvent.Requeued requeued)
    {
        Invariant.Holds(state.IsActive && requeued.Attempt == state.Attempt, "only the attempt that holds the run is given up");
        return state with
        {
            Status = RunStatus.Available,
            Worker = null,
            OpenSteps = [],
            FinishedSteps = requeued.KeepSteps ? state.FinishedSteps : [],
            WebhookResponseId = requeued.KeepSteps ? state.WebhookResponseId : null,
            NotLost = state.NotLost + (requeued.GivenBack ? 1 : 0),
            ClaimedAt = null,
            StartedAt = null,
        };
    }

    private static RunState Ended(RunState state, RunEvent.Ended ended)
    {
        Invariant.Holds(ended.Status >= RunStatus.Success, "a run ends in a final state");
        return state with
        {
            Status = ended.Status,
            OpenSteps = [],
            ErrorType = ended.ErrorType,
            ErrorMessage = ended.ErrorMessage,
            FinishedAt = ended.At,
        };
    }

    private static RunState StepStarted(RunState state, RunFact.StepStarted started)
    {
        Invariant.Holds(!IsFinished(state, started.StepId), "a finished step does not start again");
        var step = new OpenStep(started.StepId, started.JobId, state.Attempt, started.At, started.InputDataclipId);
        var index = IndexOfOpen(state, started.StepId);
        return state with
        {
            OpenSteps = index < 0 ? state.OpenSteps.Add(step) : state.OpenSteps.SetItem(index, step),
        };
    }

    private static RunState StepCompleted(RunState state, RunFact.StepCompleted completed)
    {
        Invariant.Holds(!IsFinished(state, completed.StepId), "a step finishes once");
        var index = IndexOfOpen(state, completed.StepId);
        Invariant.Holds(index >= 0, "a step starts before it finishes");
        var open = state.OpenSteps[index];
        return state with
        {
            OpenSteps = state.OpenSteps.RemoveAt(index),
            FinishedSteps = state.FinishedSteps.Add(Finish(open, completed)),
            WebhookResponseId = completed.WebhookResponseId ?? state.WebhookResponseId,
        };
    }

    private static FinishedStep Finish(OpenStep open, RunFact.StepCompleted completed) =>
        new(
            completed.StepId,
            completed.JobId,
            completed.Reason,
            completed.OutputDataclipId,
            completed.OutputLost,
            completed.ErrorType,
            completed.ErrorMessage)
        {
            Attempt = open.Attempt,
            StartedAt = open.StartedAt,
            InputDataclipId = open.InputDataclipId,
        };

    private static RunState RetryScheduled(RunState state, RunFact.RetryScheduled retry) => state with
    {
        Status = RunStatus.Available,
        Worker = null,
        OpenSteps = [],
        FinishedSteps =
            [.. state.FinishedSteps.Select(step => retry.Steps.Contains(step.StepId) ? step with { Retry = true } : step)],
        ClaimedAt = null,
        StartedAt = null,
        NotBefore = retry.NotBefore,
        NotLost = state.NotLost + 1,
    };

    private static RunState Completed(RunState state, RunFact.Completed completed)
    {
        Invariant.Holds(completed.Status >= RunStatus.Success, "a run ends in a final state");
        return state with
        {
            Status = completed.Status,
            OpenSteps = [],
            ErrorType = completed.ErrorType,
            ErrorMessage = completed.ErrorMessage,
            FinalDataclipId = completed.FinalDataclipId,
            FinishedAt = completed.At,
            EndedByAttempt = true,
        };
    }
}
