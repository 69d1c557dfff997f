using System.Collections.Immutable;
using Actors;
using Actors.Runs;
using Cluster.Entities;

namespace Api.Workers.OpenFn;

/// <summary>How the storing of reports ended.</summary>
internal enum ReportEnd
{
    Stored,

    /// <summary>The attempt is over: it has another one, or it waits.</summary>
    Stale,

    /// <summary>The run has ended.</summary>
    Final,

    /// <summary>They could not be stored in time.</summary>
    Failed,
}

/// <summary>
/// Numbers the reports of an attempt and brings them to its run, however often the run's owner changes meanwhile. The
/// worker never sends an event twice, so this tries for as long as the worker waits for the answer (openfn-protocol 10.4).
/// </summary>
/// <param name="entry">By which entry into the attempt the worker is here: after the next one its reports are refused.</param>
/// <param name="next">The first number that is not stored yet.</param>
internal sealed class RunReporter(
    Guid runId, int attempt, int entry, int next, IEntities entities, TimeProvider time, CancellationToken socketClosed)
{
    /// <summary>Of the worker it is 30 s.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(25);

    /// <summary>When nobody waits for the answer any more. What was heard is worth storing all the same.</summary>
    private static readonly TimeSpan PatienceAfterClose = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);
    private readonly EntityRef _run = new(EntityTypes.Run, runId);
    private int? _next = next;

    /// <summary>One call at a time.</summary>
    public async Task<ReportEnd> PostAsync(ImmutableArray<RunReport> reports)
    {
        using var limit = new CancellationTokenSource(Patience, time);
        var began = time.GetTimestamp();
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            if (await TryAsync(reports, limit.Token).ConfigureAwait(false) is { } end) return end;
            await Task.Delay(pause, time, limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (limit.IsCancellationRequested || (socketClosed.IsCancellationRequested && time.GetElapsedTime(began) > PatienceAfterClose))
            {
                // Whether they arrived is not known: the next ones are numbered by what the run then has.
                _next = null;
                return ReportEnd.Failed;
            }
        }
    }

    /// <summary>What became of the run of an attempt that is over: cancelled or ended, or executed by another attempt.</summary>
    public async Task<ReportEnd> HowItEndedAsync()
    {
        using var limit = new CancellationTokenSource(LongestPause, time);
        return await entities.AskAsync(_run, new RunCommand.Look(), limit.Token).ConfigureAwait(false)
            is Outcome.Replied { Reply: RunReply.Present { State.IsFinal: true } } ? ReportEnd.Final : ReportEnd.Stale;
    }

    /// <returns>Null if it is to be tried again, with the same numbers.</returns>
    private async Task<ReportEnd?> TryAsync(ImmutableArray<RunReport> reports, CancellationToken cancellationToken)
    {
        if (_next is null && await LookAsync(cancellationToken).ConfigureAwait(false) is { } end) return end;
        if (_next is not { } from) return null;

        switch (await entities.AskAsync(_run, new RunCommand.Report(attempt, from, reports) { Entry = entry }, cancellationToken).ConfigureAwait(false))
        {
            case Outcome.Replied { Reply: RunReply.Accepted accepted }:
                _next = accepted.Next;
                return ReportEnd.Stored;
            case Outcome.Refused { Refusal: var refusal } when RunRefusals.ExpectedNumber(refusal) is { } expected:
                _next = expected;
                return null;
            case Outcome.Refused { Refusal: var refusal }:
                return EndOf(refusal);
            default:
                return null;
        }
    }

    private async Task<ReportEnd?> LookAsync(CancellationToken cancellationToken)
    {
        switch (await entities.AskAsync(_run, new RunCommand.Look(), cancellationToken).ConfigureAwait(false))
        {
            case Outcome.Replied { Reply: RunReply.Present { State: var state } } when state.Attempt != attempt || state.Entry != entry:
                return ReportEnd.Stale;
            case Outcome.Replied { Reply: RunReply.Present { State: var state } }:
                _next = state.Reported;
                return null;
            case Outcome.Refused { Refusal: var refusal }:
                return EndOf(refusal);
            default:
                return null;
        }
    }

    private static ReportEnd? EndOf(Refusal refusal) => refusal switch
    {
        { Kind: RefusalKind.Overloaded } => null,
        { Code: RunRefusals.FinalCode } => ReportEnd.Final,
        { Code: RunRefusals.StaleAttemptCode } or { Kind: RefusalKind.NotFound } => ReportEnd.Stale,
        _ => ReportEnd.Failed,
    };
}
