using System.Text;
using Api.ReadModels;
using Api.Tests.Fixtures;
using Cluster.Entities;
using Cluster.Journal;
using Cluster.Journal.Postgres;
using Cluster.Journal.Sqlite;
using Cluster.Kit;
using Cluster.Kit.Postgres;

namespace Api.Tests.History;

/// <summary>A history of some hundred orders in each store: lists and searches find the same, in pages as in one piece.</summary>
public sealed class HistoryQueryTests : IAsyncLifetime
{
    private const int Orders = 300;
    private static readonly Guid s_project = Id(1, 1);
    private static readonly DateTimeOffset s_time = new(2030, 5, 17, 8, 30, 1, TimeSpan.Zero);
    private static readonly string[] s_states = ["success", "success", "success", "failed", "pending", "lost", "crashed"];

    private readonly TempFolder _folder = new();
    private SqliteJournal _sqlite = null!;
    private PostgresJournal _postgres = null!;

    public static TheoryData<string> Filters => [.. s_filters.Keys];

    private static readonly Dictionary<string, HistoryFilter> s_filters = new()
    {
        ["all"] = new(),
        ["one bad end"] = new() { States = ["failed"] },
        ["bad ends"] = new() { States = ["failed", "lost", "killed"] },
        ["mixed"] = new() { States = ["success", "lost"] },
        ["bad ends of a workflow"] = new() { States = ["crashed", "failed"], WorkflowId = Id(2, 1) },
        ["a workflow"] = new() { WorkflowId = Id(2, 1) },
        ["a time"] = new() { States = ["failed", "lost"], From = s_time.AddSeconds(50), To = s_time.AddSeconds(150) },
        ["an environment"] = new() { Environments = ["staging"] },
        ["main"] = new() { Environments = ["main"] },
        ["environments"] = new() { Environments = ["demo", "main"] },
        ["no environment"] = new() { Environments = [] },
        ["a part of a name"] = new() { Environments = ["stag", "emo"] },
        ["bad ends of an environment"] = new() { States = ["failed", "lost"], Environments = ["staging"] },
        ["bad ends of environments"] = new() { States = ["failed", "lost", "crashed"], Environments = ["staging", "main"] },
        ["activity"] = new() { ActiveFrom = s_time.AddSeconds(50), ActiveTo = s_time.AddSeconds(150), TriggerId = Id(9, 9) },
    };

    public async Task InitializeAsync()
    {
        _sqlite = await SqliteJournal.OpenAsync(
            new() { Path = _folder.File("store.db"), Migrations = [.. ReadModelSchema.For("Sqlite")] },
            TimeProvider.System, CancellationToken.None);
        var server = await PostgresServer.SharedAsync();
        _postgres = await PostgresJournal.OpenAsync(
            new() { ConnectionString = await server.CreateDatabaseAsync(), Migrations = [.. ReadModelSchema.For("Postgres")] },
            TimeProvider.System, CancellationToken.None);
        foreach (IJournal journal in (IJournal[])[_sqlite, _postgres])
        {
            var rows = Enumerable.Range(0, Orders).SelectMany(Rows).ToArray();
            await SealedKit.Over(journal).AppendAsync([new AppendUnit(new EntityRef("run", Id(7, 7)), 1, 1, [], rows, null) { Owner = s_project }], s_time, CancellationToken.None);
        }
    }

    public async Task DisposeAsync()
    {
        await _postgres.DisposeAsync();
        await _sqlite.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [MemberData(nameof(Filters))]
    public async Task A_filter_finds_the_same_in_every_store_in_pages_and_in_one_piece(string name)
    {
        var filter = s_filters[name];
        var expected = Enumerable.Range(0, Orders).Where(number => IsOf(filter, number)).Reverse().Select(number => Id(3, number)).ToList();
        foreach (IReadStore store in (IReadStore[])[_sqlite, _postgres])
        {
            Assert.Equal(expected, await PagesAsync(store, filter));
            var runs = await new RunQueries(store, SealedKit.Reads).PageAsync(
                s_project, filter with { ActiveFrom = null, ActiveTo = null, States = [.. filter.States.Select(RunState)] }, null, 1_000, CancellationToken.None);
            var newest = runs.Where(run => expected.Contains(run.WorkOrderId)).ToList();
            Assert.Equal(runs.OrderByDescending(run => run.CreatedAt).Select(run => run.Id), runs.Select(run => run.Id));
            if (filter.TriggerId is null) Assert.Equal(expected.Order(), newest.Select(run => run.WorkOrderId).Distinct().Order());
        }
    }

    [Theory]
    [InlineData("NAME 7\\", "body", 11)]
    [InlineData("Ünit", "body", Orders)]
    [InlineData("ünit", "body", 0)]
    [InlineData("_", "body", 0)]
    [InlineData("output 12", "all", 11)]
    [InlineData("LINE 299", "log", 1)]
    [InlineData("line 299", "body", 0)]
    public async Task A_text_is_found_the_same_in_every_store(string text, string places, int count)
    {
        foreach (IReadStore store in (IReadStore[])[_sqlite, _postgres])
        {
            var search = new TextSearch(text, Words.Parse<SearchPlaces>(places));
            var orders = await new WorkOrderQueries(store, SealedKit.Reads).SearchAsync(s_project, new HistoryFilter(), search, null, 1_000, CancellationToken.None);
            Assert.Equal(Orders, orders.Count);
            Assert.Equal(count, orders.Count(row => row.Matches));
            var some = await new WorkOrderQueries(store, SealedKit.Reads).SearchAsync(
                s_project, new HistoryFilter { States = ["failed", "lost"] }, search, null, 1_000, CancellationToken.None);
            Assert.Equal(orders.Where(row => row is { Matches: true, State: "failed" or "lost" }).Select(row => row.Id), some.Where(row => row.Matches).Select(row => row.Id));
            var runs = await new RunQueries(store, SealedKit.Reads).SearchAsync(s_project, new HistoryFilter(), search, null, 1_000, CancellationToken.None);
            Assert.Equal(count, runs.Where(row => row.Matches).Select(row => row.WorkOrderId).Distinct().Count());
        }
    }

    [Fact]
    public async Task Nothing_of_another_environment_is_searched()
    {
        foreach (IReadStore store in (IReadStore[])[_sqlite, _postgres])
        {
            var (search, filter) = (new TextSearch("Ünit", SearchPlaces.Body), new HistoryFilter { Environments = ["staging"] });
            var orders = await new WorkOrderQueries(store, SealedKit.Reads).SearchAsync(s_project, filter, search, null, 1_000, CancellationToken.None);
            var runs = await new RunQueries(store, SealedKit.Reads).SearchAsync(s_project, filter, search, null, 1_000, CancellationToken.None);
            Assert.Equal(Orders / 5, orders.Count(row => row is { Matches: true, Environment: "staging" }));
            Assert.Equal((Orders / 5, 0), (orders.Count, runs.Count(row => row.Environment != "staging")));
        }
    }

    [Theory]
    [InlineData("", Orders)]
    [InlineData("staging", Orders / 5)]
    [InlineData("main", Orders * 3 / 5)]
    [InlineData("demo,main", Orders * 4 / 5)]
    [InlineData("nowhere", 0)]
    public async Task Inputs_are_those_of_the_environments(string names, int count)
    {
        System.Collections.Immutable.ImmutableArray<string>? environments = names.Length == 0 ? null : [.. names.Split(',')];
        foreach (IReadStore store in (IReadStore[])[_sqlite, _postgres])
        {
            var found = 0;
            for (var workflow = 0; workflow < 3; workflow++)
            {
                var rows = await new LatestInputQueries(store).OfJobAsync(
                    s_project, Id(2, workflow), Id(2, 5), environments, 1_000, CancellationToken.None);
                found += rows.Count;
            }

            Assert.Equal(count, found);
        }
    }

    private static async Task<List<Guid>> PagesAsync(IReadStore store, HistoryFilter filter)
    {
        var found = new List<Guid>();
        TimeCursor? after = null;
        while (await new WorkOrderQueries(store, SealedKit.Reads).PageAsync(s_project, filter, after, 7, CancellationToken.None) is { Count: > 0 } page)
        {
            found.AddRange(page.Select(row => row.Id));
            after = new TimeCursor(page[^1].CreatedAt, page[^1].Id);
        }

        return found;
    }

    private static bool IsOf(HistoryFilter filter, int number)
    {
        var at = s_time.AddSeconds(number);
        return (filter.States.IsEmpty || filter.States.Contains(s_states[number % s_states.Length]))
            && (filter.WorkflowId is null || filter.WorkflowId == Id(2, number % 3))
            && (filter.TriggerId is null || filter.TriggerId == Trigger(number))
            && (filter.Environments is not { } names || names.Contains(Environment(number) ?? "main"))
            && (filter.From is null || at >= filter.From) && (filter.To is null || at < filter.To)
            && (filter.ActiveFrom is null || at >= filter.ActiveFrom) && (filter.ActiveTo is null || at < filter.ActiveTo);
    }

    /// <summary>Every fourth order was retried once, after a first run that failed.</summary>
    private static IEnumerable<RowChange> Rows(int number)
    {
        var (order, at, state) = (Id(3, number), s_time.AddSeconds(number), s_states[number % s_states.Length]);
        yield return Row(Tables.WorkOrders, order, s_project, Id(2, number % 3), 1, Trigger(number), Id(6, number), state, at, at, Environment(number));
        var isRetried = number % 4 == 0;
        if (isRetried) yield return Run(number, Id(4, number), "failed", at, at);
        yield return Run(number, Id(5, number), RunState(state), isRetried ? at.AddDays(1) : at, at);
        yield return Row(Tables.Dataclips, Id(6, number), s_project, "saved_input", Encoding.UTF8.GetBytes($$"""{"name":"Name {{number % 28}}\\ Ünit"}"""), null, 20, at, Environment(number), null, null);
        yield return Row(Tables.Dataclips, Id(8, number), s_project, "step_result", Encoding.UTF8.GetBytes($$"""["output {{number % 28}}\"", "\u0000"]"""), null, 20, at, Environment(number), null, null);
        yield return Row(Tables.Steps, Id(5, number), Id(9, number), Id(2, 5), 1, at, Id(6, number), "success", null, null, Id(8, number), false, 1, 1, at, null, null);
        yield return Row(Tables.LogLines, Id(5, number), 1, 1, at, "JOB", "info", $"""["line {number}"]""", null);
    }

    private static RowChange Run(int number, Guid id, string status, DateTimeOffset created, DateTimeOffset ordered) => Row(
        Tables.Runs, id, 7, s_project, Id(2, number % 3), 1, Id(3, number), Id(9, 9), Trigger(number), Id(6, number), 1, status, 1, null,
        null, null, null, created, null, null, null, "default", null, null, null, null, ordered, null,
        Environment(number), null, null);

    private static RowChange Row(ReadTable table, params object?[] values) => new(table, values, false);

    private static string RunState(string state) => state == "pending" ? "available" : state;

    private static string? Environment(int number) => (number % 5) switch { 0 => "staging", 1 => "demo", _ => null };

    private static Guid? Trigger(int number) => number % 2 == 0 ? Id(9, 9) : null;

    private static Guid Id(int kind, int number) => new(number, (short)kind, 0, [0, 0, 0, 0, 0, 0, 0, 0]);
}
