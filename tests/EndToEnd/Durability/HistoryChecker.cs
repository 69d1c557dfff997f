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
        Assert.Equal(Enumerable.Range(1, history.Stored.Count).Select(number => (long)number), history.Stored.Select(one => one.SequenceNr));
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
        var final = history.States.Select((state, at) => (state, at)).Where(pair => pair.state.IsFinal).Select(pair => pair.at).ToList();
        Assert.Equal([history.States.Count - 1], final);
        for (var at = 1; at < history.States.Count; at++)
        {
            if (history.Events[at] is RunEvent.Requeued) Assert.Equal(RunStatus.Available, history.States[at].Status);
            else Assert.True(history.States[at].Status >= history.States[at - 1].Status, $"run {history.Id} went back at event {at + 1}");
            Assert.True(history.States[at].FinishedSteps.Length >= history.States[at - 1].FinishedSteps.Length);
        }
    }

    private static void CheckReports(RunHistory history)
    {
        foreach (var attempt in history.Events.OfType<RunEvent.Reported>().GroupBy(reported => reported.Attempt))
        {
            var ends = attempt.Select(reported => reported.Next).ToList();
            Assert.Equal(ends.Distinct().Order(), ends);
        }

        var completions = history.Events.OfType<RunEvent.Reported>().SelectMany(reported => reported.Facts).OfType<RunFact.Completed>();
        Assert.Single(completions);
    }
}
