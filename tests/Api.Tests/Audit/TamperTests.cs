using System.Net;
using Api.Hosting;
using Api.Tests.Fixtures;

namespace Api.Tests.Audit;

/// <summary>What somebody does to the tables by SQL is found and named, on both stores.</summary>
public sealed class TamperTests
{
    private const string Entry5 = "(select entry_id from audit_chain where position = 5)";

    /// <summary>Statements, and what verify has to say: the kind and, if it is known, the position.</summary>
    private static readonly Dictionary<string, (string Sql, string Kind, long? Position)> s_tamperings = new()
    {
        ["action"] = ($"update audit_entries set action = 'project.viewed' where id = {Entry5}", "changed", 5),
        ["time"] = ($"update audit_entries set at = at + 1 where id = {Entry5}", "changed", 5),
        ["actor kind"] = ($"update audit_entries set actor_kind = 'system' where id = {Entry5}", "changed", 5),
        ["unknown kind"] = ($"update audit_entries set actor_kind = 'nobody' where id = {Entry5}", "changed", 5),
        ["actor"] = ($"update audit_entries set actor_id = item_id where id = {Entry5}", "changed", 5),
        ["via"] = ($"update audit_entries set via = 'session' where id = {Entry5}", "changed", 5),
        ["token"] = ($"update audit_entries set token_id = item_id where id = {Entry5}", "changed", 5),
        ["address"] = ($"update audit_entries set address = null where id = {Entry5}", "changed", 5),
        ["request"] = ($"update audit_entries set request_id = 'x' where id = {Entry5}", "changed", 5),
        ["outcome"] = ($"update audit_entries set outcome = 'failed' where id = {Entry5}", "changed", 5),
        ["project"] = ($"update audit_entries set project_id = null where id = {Entry5}", "changed", 5),
        ["item type"] = ($"update audit_entries set item_type = 'run' where id = {Entry5}", "changed", 5),
        ["item"] = ($"update audit_entries set item_id = id where id = {Entry5}", "changed", 5),
        ["details"] = ($"update audit_entries set details = '{{}}' where id = {Entry5}", "changed", 5),
        ["no details"] = ($"update audit_entries set details = null where id = {Entry5}", "changed", 5),
        ["mac"] = ($"update audit_entries set mac = 'hmac-sha256:00:00' where id = {Entry5}", "changed", 5),
        ["entry deleted"] = ($"delete from audit_entries where id = {Entry5}", "removed", 5),
        ["link deleted"] = ("delete from audit_chain where position = 5", "removed", 5),
        ["both deleted"] = ($"delete from audit_entries where id = {Entry5}; delete from audit_chain where position = 5", "removed", 5),
        ["link hash"] = ("update audit_chain set hash = (select hash from audit_chain where position = 4) where position = 5", "changed", 5),
        ["link mac"] = ("update audit_chain set mac = (select mac from audit_chain where position = 4) where position = 5", "changed", 5),
        ["verdict"] = ("update audit_chain set verdict = 'forged' where position = 5", "changed", 5),
        ["links swapped"] = (
            "update audit_chain set position = -5 where position = 5; update audit_chain set position = 5 where position = 6; "
            + "update audit_chain set position = 6 where position = -5",
            "reordered",
            5),
        ["entries of links swapped"] = (
            "update audit_chain set entry_id = (select entry_id from saved_audit_chain where position = 11 - audit_chain.position) where position in (5, 6)",
            "reordered",
            6),
        ["link moved to the end"] = (
            "update audit_chain set position = (select max(position) + 1 from audit_chain) where position = 5", "removed", 5),
        ["link moved behind the end"] = ("update audit_chain set position = 5000 where position = 5", "inserted", 5_000),
        ["tail cut off"] = ("delete from audit_chain where position > 6", "truncated", 7),
        ["tail and entries cut off"] = (
            "delete from audit_entries where id in (select entry_id from audit_chain where position > 6); delete from audit_chain where position > 6",
            "truncated",
            7),
        ["all cut off"] = ("delete from audit_chain", "truncated", 1),
        ["entry inserted"] = (
            "insert into audit_entries (id, at, actor_kind, action, outcome, mac) "
            + $"select item_id, at, actor_kind, action, outcome, mac from audit_entries where id = {Entry5}",
            "inserted",
            null),
        ["checkpoint position"] = ("update audit_checkpoints set position = position + 1 where number = 1", "checkpoint", null),
        ["checkpoint head"] = (
            "update audit_checkpoints set head = (select max(c.hash) from audit_chain c where c.position <> audit_checkpoints.position) where number = 1",
            "checkpoint",
            null),
        ["checkpoint time"] = ("update audit_checkpoints set at = at + 1 where number = 1", "checkpoint", null),
        ["checkpoint signature"] = ("update audit_checkpoints set signature = 'AAAA' where number = 1", "checkpoint", null),
        ["checkpoint key"] = ("update audit_checkpoints set key_id = 'x' where number = 1", "checkpoint", null),
        ["checkpoint deleted"] = ("delete from audit_checkpoints where number = 1", "checkpoint", null),
        ["checkpoint renumbered"] = ("update audit_checkpoints set number = 7 where number = 1", "checkpoint", null),

        // The last, as the chain says for ever that they were there.
        ["entry inserted and announced"] = (
            "insert into audit_entries (id, at, actor_kind, action, outcome, mac) "
            + $"select item_id, at, actor_kind, action, outcome, mac from audit_entries where id = {Entry5}; "
            + $"insert into audit_pending (at, entry_id) select at, item_id from audit_entries where id = {Entry5}",
            "forged",
            null),
        ["entry announced that never was"] = (
            "insert into audit_pending (at, entry_id) select at, item_id from audit_entries where id = (select entry_id from audit_chain where position = 6)",
            "removed",
            null),
    };

    [Theory]
    [InlineData(StoreType.Sqlite)]
    [InlineData(StoreType.Postgres)]
    internal async Task Every_kind_of_tampering_is_found_and_named(StoreType store)
    {
        await using var node = await AuditNode.StartAsync(store);
        await FillAsync(node);
        await AuditNode.UntilAsync(async () => await node.CountAsync("select count(*) from audit_checkpoints") > 0);
        var untouched = await node.VerifyAsync();
        Assert.True(untouched.GetProperty("ok").GetBoolean(), untouched.ToString());
        Assert.True(untouched.GetProperty("complete").GetBoolean());

        var missed = new List<string>();
        foreach (var (name, (sql, kind, position)) in s_tamperings)
        {
            await node.ChainedAsync();
            await SaveAsync(node);
            await node.SqlAsync(sql);
            var report = await node.VerifyAsync();
            var found = report.GetProperty("problems").EnumerateArray().Any(problem =>
                problem.GetProperty("kind").GetString() == kind
                && (position is null || (problem.TryGetProperty("position", out var at) && at.GetInt64() == position)));
            if (!found || report.GetProperty("ok").GetBoolean()) missed.Add($"{name}: {report}");
            if (kind == "forged" || name == "entry announced that never was") continue;
            await RestoreAsync(node);
        }

        Assert.True(missed.Count == 0, string.Join('\n', missed));
    }

    [Fact]
    public async Task A_store_put_back_as_a_whole_is_found_by_a_point_that_was_kept()
    {
        await using var node = await AuditNode.StartAsync(StoreType.Sqlite);
        await FillAsync(node);
        var report = await node.VerifyAsync();
        var (to, head) = (report.GetProperty("to").GetInt64(), report.GetProperty("head").GetString());
        var same = await node.VerifyAsync($$"""{"checkpoint":{"position":{{to}},"head":"{{head}}"} }""");
        Assert.True(same.GetProperty("ok").GetBoolean(), same.ToString());

        var later = await node.VerifyAsync($$"""{"checkpoint":{"position":{{to + 1_000}},"head":"{{head}}"} }""");
        Assert.Equal("truncated", later.GetProperty("problems")[0].GetProperty("kind").GetString());
        var other = await node.VerifyAsync($$"""{"checkpoint":{"position":{{to - 1}},"head":"{{head}}"} }""");
        Assert.Equal("changed", other.GetProperty("problems")[0].GetProperty("kind").GetString());
    }

    [Fact]
    public async Task A_trail_is_checked_in_pieces()
    {
        await using var node = await AuditNode.StartAsync(StoreType.Sqlite);
        await FillAsync(node);
        await node.ChainedAsync();
        var end = await node.CountAsync("select max(position) from audit_chain");
        for (var from = 1L; from <= end; from += 3)
        {
            var piece = await node.VerifyAsync($$"""{"fromPosition":{{from}},"limit":3}""");
            Assert.True(piece.GetProperty("ok").GetBoolean(), piece.ToString());
        }
    }

    /// <summary>A dozen entries that are chained.</summary>
    private static async Task FillAsync(AuditNode node)
    {
        for (var i = 0; i < 12; i++)
            (await node.Client.PostAsync("/v1/projects", $$"""{"name":"p-{{i}}"}""")).MustBe(HttpStatusCode.Created);
        await node.ChainedAsync();
    }

    private static Task SaveAsync(AuditNode node) => node.SqlAsync(string.Concat(s_keys.Select(static pair =>
        $"drop table if exists saved_{pair.Key}; create table saved_{pair.Key} as select * from {pair.Key};")));

    /// <summary>Undoes the tampering; what was recorded meanwhile, verify among it, stays.</summary>
    private static Task RestoreAsync(AuditNode node) => node.SqlAsync(
        "delete from audit_entries where id in (select item_id from saved_audit_entries);"
        + "delete from audit_chain where position >= 5000; delete from audit_checkpoints where number = 7;"
        + string.Concat(s_keys.Select(static pair =>
            $"delete from {pair.Key} where {pair.Value} in (select {pair.Value} from saved_{pair.Key}); insert into {pair.Key} select * from saved_{pair.Key};")));

    private static readonly Dictionary<string, string> s_keys = new()
    {
        ["audit_entries"] = "id",
        ["audit_chain"] = "position",
        ["audit_checkpoints"] = "number",
    };
}
