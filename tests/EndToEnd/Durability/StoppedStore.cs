using EndToEnd.Kit;
using Microsoft.Data.Sqlite;

namespace EndToEnd.Durability;

/// <summary>
/// A moment in which a node is to be killed: the transaction that reaches a statement never ends. What was committed before is in the file, that
/// transaction is not, and nothing else is written until somebody kills the node. So the kill falls there, however fast or slow the machine is.
/// </summary>
/// <param name="Statement">Of a trigger, from <c>before</c> to its condition.</param>
/// <param name="Reached">A query that is true in the file at that moment, and says what is done and what is not.</param>
internal sealed record Moment(string Statement, string Reached);

/// <summary>Kills a site's node at moments of its writing, by triggers in its store.</summary>
internal sealed class StoppedStore(Site site)
{
    private const string Endless =
        "create view if not exists endless as with recursive n(i) as (select 1 union all select i + 1 from n) select i from n";

    /// <summary>An id as part of a statement.</summary>
    public static string Literal(Guid id) => $"x'{Convert.ToHexString(id.ToByteArray(bigEndian: true))}'";

    /// <summary>Begins what is to be interrupted, and kills one life of the node after another, each at its moment. The last one that is started is ready
    /// and goes on undisturbed.</summary>
    public async Task KillAtAsync(IReadOnlyList<Moment> moments, Func<Task> begin)
    {
        await SetAsync(moments[0]);
        await begin();
        for (var i = 0; i < moments.Count; i++)
        {
            await Until.TrueAsync(moments[i].Reached, () => IsAsync(moments[i].Reached), TimeSpan.FromSeconds(120));
            site.Node.KillAll();
            await site.Node.ExitCodeAsync(Until.Bound);
            Assert.True(await IsAsync(moments[i].Reached), $"The node was killed too late: not {moments[i].Reached}");
            await ExecuteAsync("drop trigger stop_here");
            if (i + 1 == moments.Count) break;

            // Nothing is waited for: a node that stops at the next moment may not become ready.
            await SetAsync(moments[i + 1]);
            site.Begin();
        }

        await site.StartAsync();
    }

    public async Task<long> CountAsync(string query) => (long)(await ScalarAsync(query))!;

    private async Task<bool> IsAsync(string query) => await ScalarAsync($"select {query}") is 1L;

    private async Task SetAsync(Moment moment)
    {
        await ExecuteAsync(Endless);
        await ExecuteAsync($"create trigger stop_here {moment.Statement} begin select count(*) from endless; end");
    }

    private async Task<object?> ScalarAsync(string query)
    {
        await using var connection = await OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = query;
        return await command.ExecuteScalarAsync();
    }

    private async Task ExecuteAsync(string statement)
    {
        await using var connection = await OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = statement;
        await command.ExecuteNonQueryAsync();
    }

    private async Task<SqliteConnection> OpenAsync()
    {
        var connection = new SqliteConnection($"Data Source={site.Database};Pooling=false;Default Timeout=30");
        await connection.OpenAsync();
        return connection;
    }
}
