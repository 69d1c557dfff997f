namespace EndToEnd.Chaos.Checkers;

/// <summary>The checkers of chaos are right about good histories and find every fault that is planted in one.</summary>
public sealed class PlantedFaultTests
{
    private const int Seeds = 50;

    public static TheoryData<string> OrderFaults => [.. s_orderFaults.Keys];

    public static TheoryData<string> WriterFaults => [.. s_writerFaults.Keys];

    public static TheoryData<string> JournalFaults => [.. s_journalFaults.Keys];

    public static TheoryData<string> RegisterFaults => [.. s_registerFaults.Keys];

    [Fact]
    public void A_good_history_has_no_findings()
    {
        for (var seed = 0; seed < Seeds; seed++)
        {
            var history = GoodHistory.Of(seed);
            Assert.Empty(history.Check().All);
        }
    }

    [Theory]
    [MemberData(nameof(OrderFaults))]
    public void A_fault_in_work_orders_is_found(string fault) => AssertFound(s_orderFaults[fault]);

    [Theory]
    [MemberData(nameof(WriterFaults))]
    public void A_second_writer_is_found(string fault) => AssertFound(s_writerFaults[fault]);

    [Theory]
    [MemberData(nameof(JournalFaults))]
    public void A_step_back_is_found(string fault) => AssertFound(s_journalFaults[fault]);

    [Theory]
    [MemberData(nameof(RegisterFaults))]
    public void A_register_that_is_not_linearizable_is_found(string fault) => AssertFound(s_registerFaults[fault]);

    private static void AssertFound(Action<GoodHistory, Random> plant)
    {
        for (var seed = 0; seed < Seeds; seed++)
        {
            var history = GoodHistory.Of(seed);
            plant(history, new Random(seed));
            Assert.False(history.Check().AreNone, $"The fault planted with seed {seed} was not found.");
        }
    }

    private static readonly Dictionary<string, Action<GoodHistory, Random>> s_orderFaults = new()
    {
        ["acknowledged and not stored"] = (history, random) => history.Forget(history.Acknowledged(random)),
        ["row lost, events there"] = (history, random) => history.Runs.Remove(history.Runs[random.Next(history.Runs.Count)]),
        ["events lost, row there"] = (history, random) =>
        {
            var run = history.Runs[random.Next(history.Runs.Count)].Id;
            history.Journal.RemoveAll(row => row.Entity == run);
            history.Audit.RemoveAll(row => row.Entity == run);
        },
        ["not ended"] = (history, random) => history.Pop(history.Runs[random.Next(history.Runs.Count)].Id),
        ["ended twice"] = (history, random) => history.Append(
            history.Runs[random.Next(history.Runs.Count)].Id, "run-ended.v1", new { status = "lost" }),
        ["not in success"] = (history, random) =>
        {
            var run = history.Runs[random.Next(history.Runs.Count)].Id;
            history.Pop(run);
            history.Append(run, "run-ended.v1", new { status = "lost" });
        },
        ["shown in another state"] = (history, random) => history.Change(random, run => run with { Status = "started" }),
        ["without its work order"] = (history, random) => history.Change(random, run => run with { HasWorkOrder = false }),
        ["without its input"] = (history, random) => history.Change(random, run => run with { Marker = null }),
        ["stored twice"] = (history, random) => history.AddRun(history.Runs[random.Next(history.Runs.Count)].Marker!),
        ["refused and stored"] = (history, _) =>
            history.AddRun(history.Orders.First(call => call.Heard == Heard.Refused).Marker),
        ["input without a run"] = (history, _) =>
            history.Markers.Add(history.Orders.First(call => call.Heard == Heard.Unknown && !history.Markers.Contains(call.Marker)).Marker),
        ["acknowledged as another run"] = (history, random) =>
        {
            var call = history.Acknowledged(random);
            history.Orders[history.Orders.IndexOf(call)] = call with { Run = Guid.NewGuid() };
        },
    };

    private static readonly Dictionary<string, Action<GoodHistory, Random>> s_writerFaults = new()
    {
        ["not the owner"] = (history, random) => history.ChangeAudit(random, row => row with { Writer = Guid.NewGuid() }),
        ["no owner"] = (history, random) => history.ChangeAudit(random, row => row with { Owner = Guid.Empty }),
        ["no node"] = (history, random) => history.ChangeAudit(random, row => row with { Writer = Guid.Empty }),
        ["two owners in one term"] = (history, random) => history.ChangeAudit(random, row =>
        {
            var other = Guid.NewGuid();
            return row with { Writer = other, Owner = other };
        }),
        ["an older term after a newer"] = (history, _) =>
        {
            var last = history.Audit.GroupBy(row => row.Entity).First(group => group.Count() > 1).MaxBy(row => row.SequenceNr)!;
            history.Audit[history.Audit.IndexOf(last)] = last with { Term = 0, Shard = last.Shard };
        },
        ["an event gone"] = (history, random) => history.Journal.RemoveAt(random.Next(history.Journal.Count)),
        ["an event unseen"] = (history, random) => history.Audit.RemoveAt(random.Next(history.Audit.Count)),
    };

    private static readonly Dictionary<string, Action<GoodHistory, Random>> s_journalFaults = new()
    {
        ["a number twice"] = (history, random) => history.ChangeEvent(random, row => row with { SequenceNr = row.SequenceNr + 1 }),
        ["a number left out"] = (history, random) => history.ChangeEvent(random, row => row with { SequenceNr = row.SequenceNr + 100 }),
        ["claimed twice at once"] = (history, random) => history.Insert(
            history.Runs[random.Next(history.Runs.Count)].Id, "run-claimed.v1", new { attempt = 2 }),
        ["an attempt left out"] = (history, random) =>
        {
            var run = history.Runs[random.Next(history.Runs.Count)].Id;
            history.Insert(run, "run-requeued.v1", new { attempt = 1 });
            history.Insert(run, "run-claimed.v1", new { attempt = 9 });
        },
        ["a report of an old attempt"] = (history, random) => history.Insert(
            history.Runs[random.Next(history.Runs.Count)].Id, "run-reported.v1", new { attempt = 0, facts = Array.Empty<object>() }),
        ["an event after the end"] = (history, random) => history.Append(
            history.Runs[random.Next(history.Runs.Count)].Id, "run-reported.v1", new { attempt = 1, facts = Array.Empty<object>() }),
        ["final and then not"] = (history, _) => history.See("success", 1, "started", 1),
        ["final and then other"] = (history, _) => history.See("success", 1, "lost", 1),
        ["an attempt back"] = (history, _) => history.See("started", 2, "started", 1),
        ["started and then claimed"] = (history, _) => history.See("started", 1, "claimed", 1),
    };

    private static readonly Dictionary<string, Action<GoodHistory, Random>> s_registerFaults = new()
    {
        ["an acknowledged update lost"] = (history, random) => history.Stored.RemoveAt(random.Next(history.Stored.Count - 1)),
        ["the last acknowledged update lost"] = (history, _) =>
        {
            var last = history.Updates.Where(call => call.Heard == Heard.Done).MaxBy(call => call.Version)!;
            history.Stored.RemoveRange((int)last.Version - 1, history.Stored.Count - (int)last.Version + 1);
        },
        ["an update applied twice"] = (history, random) => history.Stored.Add(history.Stored[random.Next(history.Stored.Count)]),
        ["an update of nobody"] = (history, _) => history.Stored.Add("of nobody"),
        ["a refused update applied"] = (history, _) => history.Stored.Add(history.Updates.First(call => call.IsMismatch).Value),
        ["two updates of one version"] = (history, random) =>
        {
            var done = history.Updates.Where(call => call.Heard == Heard.Done).ToList();
            history.Registers.Add(done[random.Next(done.Count)] with { Value = "also" });
        },
        ["a stale read"] = (history, _) => history.Registers.Add(history.Read(version: 1, at: history.Now)),
        ["a read of the future"] = (history, _) => history.Registers.Insert(0, history.Read(version: history.Stored.Count + 1, at: -10)),
        ["a read of another value"] = (history, random) => history.Registers.Add(
            history.Read(1 + random.Next(history.Stored.Count), history.Now) with { Value = "other" }),
        ["an unknown update at another place"] = (history, _) =>
        {
            history.Registers.Add(history.Update(version: 1, "late", Heard.Unknown));
            history.Stored.Add("late");
        },
        ["a mismatch without another writer"] = (history, _) => history.Registers.Add(
            history.Update(history.Stored.Count + 1, "alone", Heard.Refused) with { IsMismatch = true }),
        ["updates in another order than they happened"] = (history, _) =>
        {
            var done = history.Updates.Where(call => call.Heard == Heard.Done).OrderBy(call => call.Version).ToList();
            var (first, last) = (done[0], done[^1]);
            history.Registers[history.Registers.IndexOf(first)] = first with { Began = last.Began, Ended = last.Ended };
            history.Registers[history.Registers.IndexOf(last)] = last with { Began = first.Began, Ended = first.Ended };
        },
    };
}
