namespace EndToEnd.Sharing;

public sealed class ConcurrencyCheckerTests
{
    private const int Limit = 3;
    private readonly Guid _project = Guid.NewGuid();
    private readonly Guid _workflow = Guid.NewGuid();

    [Fact]
    public void Histories_within_the_limit_are_good_and_one_claim_too_many_is_found()
    {
        for (var seed = 1; seed <= 200; seed++)
        {
            var random = new Random(seed);
            var changes = History(random, steps: 100);
            Assert.Empty(Check(changes).Broken);

            var full = Enumerable.Range(0, changes.Count).Where(i => ActiveAfter(changes.Take(i + 1)) == Limit).ToArray();
            if (full.Length == 0) continue;
            changes.Insert(full[random.Next(full.Length)] + 1, new StatusChange(0, Guid.NewGuid(), _project, _workflow, "claimed"));
            Assert.NotEmpty(Check(changes).Broken);
        }
    }

    [Fact]
    public void A_run_that_waits_again_makes_room_and_one_that_starts_takes_none()
    {
        var (one, other) = (Guid.NewGuid(), Guid.NewGuid());
        var report = ConcurrencyChecker.Check(
            [Of(1, one, "claimed"), Of(2, one, "started"), Of(3, one, "available"), Of(4, other, "claimed"), Of(6, one, "claimed"), Of(5, other, "lost")],
            new Dictionary<Guid, int> { [_workflow] = 1 });

        Assert.Empty(report.Broken);
        Assert.Equal(1, report.Most[_workflow]);
        StatusChange Of(long number, Guid run, string status) => new(number, run, _project, _workflow, status);
    }

    private ConcurrencyReport Check(List<StatusChange> changes) => ConcurrencyChecker.Check(
        changes.Select((change, i) => change with { Number = i }).Reverse(), new Dictionary<Guid, int> { [_project] = Limit });

    private static int ActiveAfter(IEnumerable<StatusChange> changes) =>
        changes.GroupBy(change => change.Run).Count(run => run.Last().Status is "claimed" or "started");

    private List<StatusChange> History(Random random, int steps)
    {
        var changes = new List<StatusChange>();
        var active = new List<Guid>();
        for (var step = 0; step < steps; step++)
        {
            if (active.Count < Limit && random.Next(2) == 0)
            {
                active.Add(Guid.NewGuid());
                Add(active[^1], "claimed");
            }
            else if (active.Count > 0)
            {
                var run = active[random.Next(active.Count)];
                var status = random.Next(3) switch { 0 => "started", 1 => "available", _ => "success" };
                if (status != "started") active.Remove(run);
                Add(run, status);
            }
        }

        return changes;

        void Add(Guid run, string status) => changes.Add(new StatusChange(0, run, _project, _workflow, status));
    }
}
