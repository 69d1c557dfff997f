using System.Text.Json;

namespace EndToEnd.Chaos.Checkers;

/// <summary>A history as a right cluster makes it, drawn from a seed, in which tests plant faults.</summary>
internal sealed class GoodHistory
{
    private const int OrderCount = 40;
    private const int UpdateCount = 40;
    private const int Shards = 8;
    private readonly Random _random;
    private readonly Guid _project = Guid.NewGuid();
    private readonly Dictionary<(int Shard, long Term), Guid> _owners = [];
    private readonly Dictionary<int, long> _terms = [];

    private GoodHistory(int seed) => _random = new Random(seed);

    public List<OrderCall> Orders { get; } = [];

    public List<RunRow> Runs { get; } = [];

    public List<JournalRow> Journal { get; } = [];

    public List<AuditRow> Audit { get; } = [];

    public HashSet<string> Markers { get; } = [];

    public List<List<Sighting>> Sightings { get; } = [];

    public List<RegisterCall> Registers { get; } = [];

    /// <summary>Values of the project's versions after the first.</summary>
    public List<string> Stored { get; } = [];

    public long Now { get; private set; }

    public IEnumerable<RegisterCall> Updates => Registers.Where(call => call.IsUpdate);

    public static GoodHistory Of(int seed)
    {
        var history = new GoodHistory(seed);
        for (var number = 0; number < OrderCount; number++) history.AddOrder(number);
        for (var number = 0; number < UpdateCount; number++) history.AddUpdate(number);
        history.Sightings.Add([.. history.Runs.SelectMany(run => (Sighting[])
            [new(run.Id, "available", 0), new(run.Id, "started", run.Attempt), new(run.Id, "success", run.Attempt)])]);
        return history;
    }

    public Findings Check()
    {
        var findings = OrderChecker.Check(Orders, Runs, Journal, Markers);
        findings.Add(WriterChecker.Check(Audit, Journal));
        findings.Add(ForwardChecker.CheckJournal(Journal));
        findings.Add(ForwardChecker.CheckSightings(Sightings));
        findings.Add(RegisterChecker.Check(Registers, Stored));
        return findings;
    }

    public OrderCall Acknowledged(Random random)
    {
        var done = Orders.Where(call => call.Heard == Heard.Done).ToList();
        return done[random.Next(done.Count)];
    }

    public void Forget(OrderCall call)
    {
        Runs.RemoveAll(run => run.Id == call.Run);
        Journal.RemoveAll(row => row.Entity == call.Run);
        Audit.RemoveAll(row => row.Entity == call.Run);
        Markers.Remove(call.Marker);
    }

    public RunRow AddRun(string marker)
    {
        var attempts = 1 + _random.Next(3);
        var run = new RunRow(Guid.NewGuid(), Guid.NewGuid(), HasWorkOrder: true, "success", attempts, marker);
        Append(run.Id, "run-created.v1", new { });
        for (var attempt = 1; attempt <= attempts; attempt++)
        {
            Append(run.Id, "run-claimed.v1", new { attempt });
            Append(run.Id, "run-reported.v1", new { attempt, facts = new[] { new { fact = "started" } } });
            if (attempt < attempts) Append(run.Id, "run-requeued.v1", new { attempt });
        }

        Append(run.Id, "run-reported.v1", new { attempt = attempts, facts = new[] { new { fact = "completed", status = "success" } } });
        Markers.Add(marker);
        Runs.Add(run);
        return run;
    }

    public void Append(Guid run, string manifest, object payload)
    {
        var number = Journal.Count(row => row.Entity == run) + 1;
        var shard = run.GetHashCode() & (Shards - 1);
        var row = new JournalRow(Evidence.RunType, run, number, shard, manifest, JsonSerializer.SerializeToElement(payload));
        var term = _terms.GetValueOrDefault(shard, 1);
        if (_random.Next(5) == 0) term++;
        _terms[shard] = term;
        if (!_owners.TryGetValue((shard, term), out var owner)) _owners.Add((shard, term), owner = Guid.NewGuid());
        Journal.Add(row);
        Audit.Add(new AuditRow(row.Type, run, number, shard, term, owner, owner));
    }

    /// <summary>Takes the last event of a run away, from the books of the database as well.</summary>
    public void Pop(Guid run)
    {
        var last = Journal.Last(row => row.Entity == run);
        Journal.Remove(last);
        Audit.RemoveAll(row => row.Entity == run && row.SequenceNr == last.SequenceNr);
    }

    /// <summary>Puts an event before the end of a run.</summary>
    public void Insert(Guid run, string manifest, object payload)
    {
        var end = Journal.Last(row => row.Entity == run);
        Pop(run);
        Append(run, manifest, payload);
        Append(run, end.Manifest, end.Payload);
    }

    public void Change(Random random, Func<RunRow, RunRow> change)
    {
        var at = random.Next(Runs.Count);
        Runs[at] = change(Runs[at]);
    }

    public void ChangeAudit(Random random, Func<AuditRow, AuditRow> change)
    {
        // Of a term with several rows: with one alone, another owner would be as good.
        var terms = Audit.GroupBy(row => (row.Shard, row.Term)).Where(group => group.Count() > 1).ToList();
        var row = terms[random.Next(terms.Count)].First();
        Audit[Audit.IndexOf(row)] = change(row);
    }

    public void ChangeEvent(Random random, Func<JournalRow, JournalRow> change)
    {
        var at = random.Next(Journal.Count);
        Journal[at] = change(Journal[at]);
    }

    public void See(string before, int attemptBefore, string after, int attemptAfter) =>
        Sightings.Add([new(Runs[0].Id, before, attemptBefore), new(Runs[0].Id, after, attemptAfter)]);

    public RegisterCall Read(long version, long at) =>
        new(_project, IsUpdate: false, version, version == 1 ? "" : Stored[(int)version - 2], Heard.Done, IsMismatch: false, at, at + 1);

    public RegisterCall Update(long version, string value, Heard heard) =>
        new(_project, IsUpdate: true, version, value, heard, IsMismatch: false, Now, Now + 1);

    private void AddOrder(int number)
    {
        var marker = $"order-{number}";

        // The first of each kind are sure to be there.
        var kind = number < 4 ? number : _random.Next(4);
        var heard = kind switch { 0 => Heard.Done, 1 => Heard.Refused, _ => Heard.Unknown };
        var run = kind is 0 or 2 ? AddRun(marker) : null;
        Orders.Add(new OrderCall(
            marker, heard, heard == Heard.Done ? run!.WorkOrder : null, heard == Heard.Done ? run!.Id : null, number, number + 1));
    }

    /// <summary>Calls overlap: each lasts for several ticks and takes effect at some moment in between.</summary>
    private void AddUpdate(int number)
    {
        var version = Stored.Count + 1;
        Registers.Add(Read(version, Now));
        Now += 2;
        var kind = number < 4 ? number % 2 * 2 : _random.Next(4);
        var heard = kind switch { 0 or 1 => Heard.Done, 2 => Heard.Refused, _ => Heard.Unknown };
        var call = Update(version, $"value-{number}", heard) with { Began = Now, Ended = Now + 4 };
        if (heard == Heard.Refused && version > 1) call = call with { Version = version - 1, IsMismatch = true };
        if (heard == Heard.Done || (heard == Heard.Unknown && _random.Next(2) == 0)) Stored.Add(call.Value);
        Registers.Add(call);
        Now += 5;
        if (_random.Next(2) == 0) Registers.Add(Read(Stored.Count + 1, call.Began + 1) with { Ended = Now });
    }
}
