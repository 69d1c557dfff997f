using System.Collections.Immutable;
using System.Diagnostics;
using Cluster.Entities;

namespace Actors.Erasures;

/// <summary>What an erasure decides.</summary>
internal static class ErasureDecider
{
    private const int MostTexts = 20;
    private const int ShortestText = 3;
    private const int LongestText = 200;

    public static Decision<ErasureEvent> Decide(ErasureState state, ErasureCommand command, in DecisionContext context)
    {
        if (command is ErasureCommand.Start start) return Start(state, start, context);
        if (state.Status == ErasureStatus.Absent) return ErasureRefusals.NotFound(context.Entity.Id);
        return command switch
        {
            ErasureCommand.Advance advance => Advance(state, advance, context.Now),
            ErasureCommand.Execute => Execute(state, context.Now),
            ErasureCommand.Finish finish => state.Status == ErasureStatus.Erasing
                ? End(state with { Status = ErasureStatus.Done, Erased = finish.Counts }, context.Now)
                : ErasureRefusals.NotReady(state),
            ErasureCommand.Discard => state.Status is ErasureStatus.Searching or ErasureStatus.Ready
                ? End(state with { Status = ErasureStatus.Discarded }, context.Now)
                : ErasureRefusals.NotReady(state),
            ErasureCommand.Look => Decision<ErasureEvent>.Answer(new ErasureReply.Present(state)),
            _ => throw new UnreachableException(),
        };
    }

    private static Decision<ErasureEvent> Start(ErasureState state, ErasureCommand.Start start, in DecisionContext context)
    {
        if (state.Status != ErasureStatus.Absent) return ErasureRefusals.Exists(context.Entity.Id);
        if (Check(start.Texts) is { IsEmpty: false } faults) return ErasureRefusals.Invalid(faults);
        var started = new ErasureEvent.Started(start.ProjectId, start.Texts, start.Hashes, context.Now);
        return Decision<ErasureEvent>.Persist(
            started,
            new ErasureReply.Present(state with
            {
                Status = ErasureStatus.Searching,
                ProjectId = start.ProjectId,
                Texts = start.Texts,
                Hashes = start.Hashes,
                StartedAt = context.Now,
            }));
    }

    private static ImmutableArray<FieldFault> Check(ImmutableArray<string> texts)
    {
        var faults = new Faults();
        faults.AddUnless(texts.Length is >= 1 and <= MostTexts, "texts", "must be 1 to 20");
        for (var i = 0; i < Math.Min(texts.Length, MostTexts); i++)
        {
            faults.AddUnless(
                texts[i].Trim().Length >= ShortestText && texts[i].Length <= LongestText, $"texts[{i}]", "must be 3 to 200 characters, spaces around it left out");
        }

        return faults.ToImmutable();
    }

    private static Decision<ErasureEvent> Advance(ErasureState state, ErasureCommand.Advance advance, DateTimeOffset now)
    {
        if (state.Status != ErasureStatus.Searching || advance.Page != state.Page + 1) return ErasureRefusals.StalePage(state.Page);
        var advanced = new ErasureEvent.Advanced(advance.Page, advance.Cursor, advance.Searched, advance.Unreadable, now);
        return Decision<ErasureEvent>.Persist(advanced, new ErasureReply.Present(new ErasureBehavior().Evolve(state, advanced)));
    }

    private static Decision<ErasureEvent> Execute(ErasureState state, DateTimeOffset now)
    {
        if (state.Status != ErasureStatus.Ready) return ErasureRefusals.NotReady(state);
        if (now - state.ReadyAt > ErasureCommand.ExecutableFor) return ErasureRefusals.Expired();
        return Decision<ErasureEvent>.Persist(
            new ErasureEvent.Executed(now), new ErasureReply.Present(state with { Status = ErasureStatus.Erasing }));
    }

    private static Decision<ErasureEvent> End(ErasureState state, DateTimeOffset now)
    {
        var ended = state with { Texts = [], Cursor = null, FinishedAt = now };
        return Decision<ErasureEvent>.Persist(new ErasureEvent.Ended(ended), new ErasureReply.Present(ended)).Forgetting();
    }
}
