using System.Collections.Immutable;
using System.Diagnostics;
using Cluster.Entities;

namespace Actors.Runs;

/// <summary>
/// Turns the reports of one command into facts and attachments. Workers lose and repeat single events and never send
/// them again, so it is lenient: a missing partner is made up for, a repeat is an upsert, a late one is dropped.
/// </summary>
internal sealed class ReportIntake(RunState state, RunSettings settings)
{
    private const int VersionsLength = 20_000;

    private readonly int _attempt = state.Attempt;
    private readonly bool _isUnstored = RunStorage.IsUnstored(state.Plan);
    private readonly ImmutableArray<RunFact>.Builder _facts = ImmutableArray.CreateBuilder<RunFact>();
    private readonly List<Attachment> _bodies = [];
    private readonly List<LogLine> _lines = [];
    private RunState _state = state;

    public ImmutableArray<RunFact> Facts => _facts.ToImmutable();

    public ImmutableArray<Attachment> Attachments =>
        _lines.Count == 0 ? [.. _bodies] : [.. _bodies, new LogLines(_attempt, [.. _lines])];

    public void Take(int number, RunReport report)
    {
        if (report is RunReport.Log log)
        {
            if (!_isUnstored) _lines.Add(Line(number, log));
            return;
        }

        // What follows the completion in the same report changes nothing any more.
        if (!_state.IsActive) return;

        switch (report)
        {
            case RunReport.Start start:
                Add(new RunFact.Started(start.At, start.Versions?.Length > VersionsLength ? null : start.Versions));
                break;
            case RunReport.StepStart start:
                StartStep(start);
                break;
            case RunReport.StepComplete complete:
                CompleteStep(complete);
                break;
            case RunReport.Complete complete:
                Complete(complete);
                break;
            default:
                throw new UnreachableException();
        }
    }

    private void StartStep(RunReport.StepStart start)
    {
        if (IsFinished(start.StepId) || (!IsOpen(start.StepId) && IsFull)) return;

        EnsureStarted(start.At);
        Add(new RunFact.StepStarted(start.At, start.StepId, start.JobId, start.InputDataclipId));
    }

    private void CompleteStep(RunReport.StepComplete complete)
    {
        if (IsFinished(complete.StepId)) return;

        if (!IsOpen(complete.StepId))
        {
            if (IsFull) return;
            StartStep(new RunReport.StepStart(StartOf(complete), complete.StepId, complete.JobId, null));
        }

        Add(new RunFact.StepCompleted(
            complete.At,
            complete.StepId,
            complete.JobId,
            complete.Reason,
            ErrorType(complete.ErrorType),
            ErrorMessage(complete.ErrorMessage),
            complete.Output?.Id,
            complete.OutputTooLarge,
            complete.DurationMs,
            complete.MemoryBytes)
        {
            WebhookResponseId = complete.WebhookResponse?.Id,
        });
        Attach(complete.Output);
        Attach(complete.WebhookResponse);
    }

    private void Complete(RunReport.Complete complete)
    {
        var status = WireNames.StatusOf(complete.Reason);
        if (status == RunStatus.Failed && StepRetry.Of(_state, complete.At) is { } retry)
        {
            Add(retry);
            return;
        }

        Add(new RunFact.Completed(
            complete.At,
            status,
            ErrorType(complete.ErrorType),
            ErrorMessage(complete.ErrorMessage),
            complete.FinalDataclipId ?? complete.FinalState?.Id)
        {
            LostSteps = _state.OpenSteps,
        });
        if (complete.FinalDataclipId is null) Attach(complete.FinalState);
    }

    /// <summary>A step of a run that never said that it started: that report was lost.</summary>
    private void EnsureStarted(DateTimeOffset at)
    {
        if (_state.Status == RunStatus.Claimed) Add(new RunFact.Started(at, null));
    }

    private void Add(RunFact fact)
    {
        _facts.Add(fact);
        _state = RunEvolver.Apply(_state, fact);
    }

    private void Attach(DataclipBody? body)
    {
        if (body is not null) _bodies.Add(RunStorage.Of(_state.Plan!, body));
    }

    private string? ErrorType(string? given) =>
        _isUnstored ? RunStorage.ErrorType(given) : BoundedText.Of(given, BoundedText.ErrorTypeLength);

    private string? ErrorMessage(string? given) => _isUnstored ? null : BoundedText.Of(given, BoundedText.ErrorMessageLength);

    private bool IsFull => _state.OpenSteps.Length + _state.FinishedSteps.Length >= settings.MaxSteps;

    private bool IsOpen(Guid stepId) => RunEvolver.IndexOfOpen(_state, stepId) >= 0;

    private bool IsFinished(Guid stepId) => RunEvolver.IsFinished(_state, stepId);

    /// <summary>Durations come from outside: a nonsensical one must not leave the calendar.</summary>
    private static DateTimeOffset StartOf(RunReport.StepComplete complete)
    {
        var most = Math.Max(0, complete.At.ToUnixTimeMilliseconds());
        return complete.At.AddMilliseconds(-Math.Clamp(complete.DurationMs, 0, most));
    }

    private static LogLine Line(int number, RunReport.Log log) =>
        new(
            number,
            log.At,
            BoundedText.Of(log.Source, 32)!,
            BoundedText.Of(log.Level, 16)!,
            BoundedText.Of(log.Message, int.MaxValue)!,
            log.StepId);
}
