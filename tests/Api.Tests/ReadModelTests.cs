using Api.Hosting;
using Api.ReadModels;
using Api.Tests.Fixtures;
using Cluster.Hocon;
using Cluster.Journal;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Api.Tests;

public sealed class ReadModelTests(SharedNode shared) : IClassFixture<SharedNode>
{
    private readonly IReadStore _store = shared.Node.Services.GetRequiredService<IReadStore>();

    private sealed class ColumnRow
    {
        public string Name { get; init; } = "";
        public string Type { get; init; } = "";
        public int Pk { get; init; }
    }

    private sealed class PlanRow
    {
        public string Detail { get; init; } = "";
    }

    [Fact]
    public async Task Every_table_has_the_columns_of_its_definition()
    {
        foreach (var table in Tables.All)
        {
            var columns = await _store.ListAsync<ColumnRow>(
                "select name, type, pk from pragma_table_info(@Name)", new { table.Name }, CancellationToken.None);
            Assert.Equal(
                table.Key.Concat(table.Values).Select(column => (column.Name, TypeOf(column.StoredType))).Order(),
                columns.Select(column => (column.Name, column.Type.ToLowerInvariant())).Order());
            Assert.Equal(
                table.Key.Select(column => column.Name),
                columns.Where(column => column.Pk > 0).OrderBy(column => column.Pk).Select(column => column.Name));
        }
    }

    [Theory]
    [InlineData("select id from runs where project_id = x'00' and (created_at, id) < (1, x'00') order by created_at desc, id desc limit 10", "runs_by_project")]
    [InlineData("select id from work_orders where project_id = x'00' order by created_at desc, id desc limit 10", "work_orders_by_project")]
    [InlineData("select id from runs where work_order_id = x'00' order by created_at, id limit 100", "runs_by_work_order")]
    [InlineData("select id from workflows where project_id = x'00' and (name, id) > ('a', x'00') order by name, id limit 10", "workflows_by_project")]
    [InlineData("select count(*) from (select 1 from workflows w join runs r on r.workflow_id = w.id where w.project_id = x'00' and r.status = 'available' limit 10)", "runs_waiting")]
    [InlineData("select id from webhook_auth_methods where project_id = x'00' and (name, id) > ('a', x'00') order by name, id limit 10", "webhook_auth_methods_by_project")]
    [InlineData("select id from work_orders where project_id = x'00' and workflow_id = x'00' order by created_at desc, id desc limit 10", "work_orders_by_workflow")]
    [InlineData("select id from bulk_operations where project_id = x'00' order by created_at desc, id desc limit 10", "bulk_operations_by_project")]
    [InlineData("select user_id from project_members where project_id = x'00' and (since, user_id) > (1, x'00') order by since, user_id limit 10", "project_members_by_time")]
    [InlineData("select project_id from project_members where user_id = x'00'", "project_members_by_user")]
    [InlineData("select id from project_invitations where project_id = x'00' order by created_at, id limit 10", "project_invitations_by_project")]
    public async Task Lists_read_from_an_index_without_sorting(string sql, string index)
    {
        var plan = await _store.ListAsync<PlanRow>("explain query plan " + sql, null, CancellationToken.None);
        Assert.Contains(plan, row => row.Detail.Contains(index, StringComparison.Ordinal));
        Assert.DoesNotContain(plan, row => row.Detail.Contains("TEMP B-TREE", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true, "runs_ended_badly_by_order")]
    [InlineData(false, "runs_ended_badly")]
    public async Task What_ended_badly_is_found_by_an_index_of_its_own_and_not_sorted(bool orders, string index)
    {
        var filter = new HistoryFilter { States = ["failed"] };
        var after = new TimeCursor(DateTimeOffset.UnixEpoch, Guid.Empty);
        var sql = orders ? filter.WorkOrders("w.id, w.created_at", after) : filter.Runs("r.id, r.created_at", after);
        var plan = await _store.ListAsync<PlanRow>("explain query plan " + sql, filter.Arguments(Guid.Empty, after, 10), CancellationToken.None);
        Assert.Contains(plan, row => row.Detail.Contains(index + " (project_id=? AND status=? AND", StringComparison.Ordinal));
        Assert.DoesNotContain(plan, row => row.Detail.Contains("TEMP B-TREE", StringComparison.Ordinal));
    }

    [Fact]
    public void Cursors_read_what_they_wrote_and_nothing_else()
    {
        var time = new TimeCursor(DateTimeOffset.UnixEpoch.AddTicks(12_345), Guid.NewGuid());
        var name = new NameCursor("a:b/ü", Guid.NewGuid());
        var line = new LineCursor(3, 77);
        Assert.True(TimeCursor.TryRead(time.ToString(), out var sameTime) && sameTime == time);
        Assert.True(NameCursor.TryRead(name.ToString(), out var sameName) && sameName == name);
        Assert.True(LineCursor.TryRead(line.ToString(), out var sameLine) && sameLine == line);
        Assert.False(TimeCursor.TryRead(name.ToString(), out _));
        Assert.False(NameCursor.TryRead(line.ToString(), out _));
        Assert.False(LineCursor.TryRead(time.ToString(), out _));
        Assert.False(TimeCursor.TryRead("!!", out _));
    }

    [Fact]
    public void Settings_are_read_by_their_keys_and_faults_come_together()
    {
        var good = Reader(("cluster:http:port", "4711"), ("cluster:http:max-body", "1 MiB"), ("cluster:limits:adaptors:0", "@openfn/language-http"));
        var settings = NodeSettings.Read(good);
        good.ThrowIfFaulty();
        Assert.Equal(4711, settings.Http.Port);
        Assert.Equal(1 << 20, settings.Http.MaxBodyBytes);
        Assert.Equal(["@openfn/language-http"], settings.Limits.Adaptors.AsEnumerable());
        Assert.Equal(NodeSettings.Default.Intake, settings.Intake);

        var bad = Reader(("cluster:http:port", "99999"), ("cluster:http:prot", "1"), ("cluster:intake:reply-timeout", "soon"));
        NodeSettings.Read(bad);
        var fault = Assert.Throws<SettingsException>(bad.ThrowIfFaulty);
        Assert.Equal(3, fault.Faults.Length);
    }

    private static SettingsReader Reader(params (string Key, string Value)[] values) =>
        new(new ConfigurationBuilder().AddInMemoryCollection(values.ToDictionary(pair => pair.Key, pair => (string?)pair.Value)).Build());

    private static string TypeOf(ColumnType type) => type switch
    {
        ColumnType.Uuid or ColumnType.Bytes => "blob",
        ColumnType.Text => "text",
        _ => "integer",
    };
}
