using Actors.Runs;
using Cluster.Sharding;

namespace EndToEnd.Durability;

/// <summary>What must hold of every run's events, read as numbers and words without the node's own rules.</summary>
internal static class HistoryChecker
{
    public static void Check(Dictionary<Guid, RunHistory> histories)
    {
        foreach (var history in histories.Values)
        {
            CheckNumbers(history);
            CheckAttempts(history);
            CheckStates(history);
            CheckReports(history);
        }
    }

    private static void CheckNumbers(RunHistory history)
    {
        var gapless = Enumerable.Range(1, history.Stored.Count).Select(number => (long)number);
        Assert.Equal(gapless, history.Stored.Select(one => one.SequenceNr));
        Assert.All(history.Stored, one => Assert.Equal(ShardMap.ShardOf(history.Id), one.Shard));
        Assert.IsType<RunEvent.Created>(history.Events[0]);
        Assert.Single(history.Events.OfType<RunEvent.Created>());
        Assert.Equal(history.Id, history.State.Id);
    }

    /// <summary>Claims count 1, 2, 3 ...; what lies between two claims is of the first one's attempt.</summary>
    private static void CheckAttempts(RunHistory history)
    {
        var attempt = 0;
        var held = false;
        foreach (var @event in history.Events.Skip(1))
        {
            switch (@event)
            {
                case RunEvent.Claimed claimed:
                    Assert.False(held, $"run {history.Id} was claimed twice at once");
                    Assert.Equal(++attempt, claimed.Attempt);
                    held = true;
                    break;
                case RunEvent.Reported reported:
                    Assert.True(held);
                    Assert.Equal(attempt, reported.Attempt);
                    break;
                case RunEvent.Requeued requeued:
                    Assert.True(held);
                    Assert.True(requeued.KeepSteps, $"run {history.Id} started over");
                    Assert.Equal(attempt, requeued.Attempt);
                    held = false;
                    break;
            }
        }
    }

    /// <summary>Forward only; back to waiting by a requeue alone; nothing after the end.</summary>
    private static void CheckStates(RunHistory history)
    {
        Assert.All(history.States.SkipLast(1), state => Assert.False(state.IsFinal, $"run {history.Id} ended twice"));
        Assert.True(history.State.IsFinal, $"run {history.Id} has not ended");
        for (var at = 1; at < history.States.Count; at++)
        {
            var (before, after) = (history.States[at - 1], history.States[at]);
            if (history.Events[at] is RunEvent.Requeued) Assert.Equal(RunStatus.Available, after.Status);
            else Assert.True(after.Status >= before.Status, $"run {history.Id} went back at event {at + 1}");
            Assert.True(after.FinishedSteps.Length >= before.FinishedSteps.Length, $"run {history.Id} forgot a step");
        }
    }

    private static void CheckReports(RunHistory history)
    {
        foreach (var attempt in history.Events.OfType<RunEvent.Reported>().GroupBy(reported => reported.Attempt))
        {
            var ends = attempt.Select(reported => reported.Next).ToList();
            Assert.Equal(ends.Distinct().Order(), ends);
        }

        var facts = history.Events.OfType<RunEvent.Reported>().SelectMany(reported => reported.Facts);
        Assert.Single(facts.OfType<RunFact.Completed>());
    }
}
