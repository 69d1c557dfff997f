using System.Collections.Immutable;
using System.Reflection;
using System.Text.Json;
using Actors.Dispatch;
using Actors.Runs;
using Api.ReadModels;
using Api.Tests.Fixtures;
using Cluster.Entities;
using Cluster.Journal;
using Cluster.Journal.Postgres;
using Cluster.Journal.Sqlite;
using Cluster.Kit;
using Cluster.Kit.Postgres;

namespace Api.Tests;

/// <summary>Every query of every class that reads the read model, with the same rows in each store.</summary>
public sealed class QueryTests : IAsyncLifetime
{
    private static readonly Guid s_first = new("00000000-0000-7000-8000-000000000001");
    private static readonly Guid s_second = new("ff000000-0000-7000-8000-000000000002");
    private static readonly DateTimeOffset s_time = new(2030, 5, 17, 8, 30, 1, TimeSpan.Zero);

    private readonly TempFolder _folder = new();
    private SqliteJournal _sqlite = null!;
    private PostgresJournal _postgres = null!;

    public async Task InitializeAsync()
    {
        _sqlite = await SqliteJournal.OpenAsync(
            new() { Path = _folder.File("store.db"), Migrations = [.. ReadModelSchema.For("Sqlite")] },
            TimeProvider.System, CancellationToken.None);
        var server = await PostgresServer.SharedAsync();
        _postgres = await PostgresJournal.OpenAsync(
            new() { ConnectionString = await server.CreateDatabaseAsync(), Migrations = [.. ReadModelSchema.For("Postgres")] },
            TimeProvider.System, CancellationToken.None);
    }

    public async Task DisposeAsync()
    {
        await _postgres.DisposeAsync();
        await _sqlite.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Every_query_answers_the_same_from_every_store(bool optional)
    {
        await FillAsync(_sqlite);
        await FillAsync(_postgres);
        var found = 0;
        foreach (var (type, method) in Queries())
        {
            var (expected, actual) = (await AskAsync(_sqlite, type, method, optional), await AskAsync(_postgres, type, method, optional));
            Assert.True(expected == actual, $"{type.Name}.{method.Name} answered\n{expected}\nfrom SQLite, but from PostgreSQL\n{actual}");
            found += expected is "null" or "[]" or "false" ? 0 : 1;
        }

        Assert.True(found > 15, $"Only {found} queries found any row: the rows of this test do not fit them.");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Every_query_answers_from_empty_tables(bool optional)
    {
        foreach (var (type, method) in Queries())
            Assert.Equal(await AskAsync(_sqlite, type, method, optional), await AskAsync(_postgres, type, method, optional));
    }

    private static IEnumerable<(Type Type, MethodInfo Method)> Queries() =>
        from type in typeof(Tables).Assembly.GetTypes()
        let parameters = type.GetConstructors().FirstOrDefault()?.GetParameters() ?? []
        where parameters is [{ ParameterType: var store }, ..] && store == typeof(IReadStore) && type.Name is not ("StoreCheck" or nameof(TextScan))
        where parameters is [_] || (parameters is [_, { ParameterType: var reads }] && reads == typeof(SealedReads))
        from method in type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
        where typeof(Task).IsAssignableFrom(method.ReturnType)
        select (type, method);

    private static async Task<string> AskAsync(IReadStore store, Type type, MethodInfo method, bool optional)
    {
        var queries = type.GetConstructors()[0].GetParameters().Length == 1
            ? Activator.CreateInstance(type, store)
            : Activator.CreateInstance(type, store, SealedKit.Reads);
        var task = (Task)method.Invoke(queries, [.. method.GetParameters().Select(parameter => Argument(parameter, optional))])!;
        await task;
        return JsonSerializer.Serialize(task.GetType().GetProperty("Result")!.GetValue(task));
    }

    // Cursors stand before everything, so that whatever else fits is found.
    private static object? Argument(ParameterInfo parameter, bool optional) => parameter switch
    {
        { ParameterType: var type } when type == typeof(Guid) || type == typeof(Guid?) => parameter.Name == "after" ? Guid.Empty : s_first,
        { ParameterType: var type } when type == typeof(int) => parameter.Name is "before" ? 100 : 7,
        { ParameterType: var type } when type == typeof(DateTimeOffset) => parameter.Name == "since" ? s_time.AddDays(-1) : s_time,
        { ParameterType: var type } when type == typeof(CancellationToken) => CancellationToken.None,
        { ParameterType: var type } when type == typeof(NameCursor) => optional ? new NameCursor("a", Guid.Empty) : null,
        { ParameterType: var type } when type == typeof(TimeCursor) => optional ? new TimeCursor(s_time.AddDays(1), s_second) : null,
        { ParameterType: var type } when type == typeof(LineCursor) => LineCursor.Start,
        { ParameterType: var type } when type == typeof(HistoryFilter) => optional
            ? new HistoryFilter
            {
                States = ["available", "claimed", "failed"],
                WorkflowId = s_first,
                TriggerId = s_first,
                From = s_time.AddDays(-1),
                To = s_time.AddDays(1),
                ActiveFrom = s_time.AddDays(-1),
                ActiveTo = s_time.AddDays(1),
                Environments = ["available", "main"],
            }
            : new HistoryFilter(),
        { ParameterType: var type } when type == typeof(ImmutableArray<string>?) => optional ? ImmutableArray.Create("available") : null,
        { ParameterType: var type } when type == typeof(AuditFilter) => optional
            ? new AuditFilter(s_first, s_first, "avail", s_first, "available", s_time.AddDays(-1), s_time.AddDays(1))
            : new AuditFilter(),
        { ParameterType: var type } when type == typeof(bool) => optional,
        { ParameterType: var type } when type == typeof(ErasureMatchRow) => optional
            ? new ErasureMatchRow { Kind = "available", ItemId = s_first, Attempt = 1, Number = 1 }
            : null,
        { ParameterType: var type } when type == typeof(long) || type == typeof(long?) => parameter.Name is "after" or "from" ? 0L : 100L,
        { ParameterType: var type } when type == typeof(TextSearch) => new TextSearch(optional ? "\"JOBS\"" : "jobs", SearchPlaces.All),
        { ParameterType: var type } when type == typeof(Backlog) =>
            new Backlog(parameter.Name == "after" ? Guid.Empty : s_first, RunQueue.Manual),
        { ParameterType: var type } when type == typeof(IReadOnlyCollection<Guid>) || type == typeof(Guid[]) => new[] { s_first, s_second },
        { ParameterType: var type } when type == typeof(IReadOnlyCollection<int>) => new[] { 1, 7 },
        { ParameterType: var type } when type == typeof(string) => "available",
        { ParameterType: var type } when type == typeof(long) => 1L,
        _ => throw new NotSupportedException($"Say here what {parameter.Member.Name} takes for {parameter.ParameterType.Name}."),
    };

    private static async Task FillAsync(IJournal journal)
    {
        var rows = Tables.All.SelectMany(table => new[] { Row(table, s_first, "available"), Row(table, s_second, "claimed") });
        await SealedKit.Over(journal).AppendAsync(
            [new AppendUnit(new EntityRef("run", s_first), 1, 1, [], [.. rows], null) { Owner = s_first }], s_time, CancellationToken.None);
    }

    private static RowChange Row(ReadTable table, Guid id, string text) => new(
        table,
        [.. table.Key.Concat(table.Values).Select(column => column.Type switch
        {
            ColumnType.Uuid => id,
            ColumnType.Text => column.Name == "queue" ? "manual" : text,
            ColumnType.Integer => (object)7L,
            ColumnType.Timestamp => s_time,
            ColumnType.Boolean => true,
            _ => """{"jobs":[],"edges":[]}"""u8.ToArray(),
        })],
        false);
}
