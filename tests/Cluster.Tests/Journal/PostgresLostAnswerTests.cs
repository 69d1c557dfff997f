using Cluster.Journal;
using Cluster.Journal.Postgres;
using Cluster.Kit.Postgres;
using Npgsql;
using static Cluster.Tests.Journal.Samples;

namespace Cluster.Tests.Journal;

/// <summary>The server commits, and the connection breaks before it can say so.</summary>
public sealed class PostgresLostAnswerTests : IAsyncLifetime
{
    private PostgresStore _store = null!;
    private CuttingProxy _proxy = null!;
    private PostgresJournal _journal = null!;

    public async Task InitializeAsync()
    {
        _store = await PostgresStore.CreateAsync();
        var direct = new NpgsqlConnectionStringBuilder(_store.ConnectionString);
        _proxy = new CuttingProxy(direct.Port);
        direct.Port = _proxy.Port;
        _journal = await PostgresStore.OpenJournalAsync(new()
        {
            ConnectionString = direct.ToString(),
            Migrations = [Schema(_store)],
            Lanes = 1,
            ConnectTimeout = TimeSpan.FromSeconds(2),
        });
    }

    public async Task DisposeAsync()
    {
        await _journal.DisposeAsync();
        await _proxy.DisposeAsync();
        await _store.DisposeAsync();
    }

    [Fact]
    public async Task A_commit_is_found_by_asking_again_and_is_not_repeated()
    {
        var entity = Entity();
        for (var i = 1; i <= 20; i++)
        {
            _proxy.CutNextAnswer();
            var unit = Unit(entity, i, $"{i}").WithRows(ThingRow(entity.Id, $"{i}")).WithSnapshot(i, $"{i}");
            Assert.Equal([AppendResult.Committed], await _journal.AppendAsync(unit));
        }

        Assert.Equal(Enumerable.Range(1, 20).Select(i => $"{i}"), await _journal.TextsAsync(entity));
        Assert.Equal(["20"], await _journal.LabelsAsync(entity.Id));
    }

    [Fact]
    public async Task A_conflict_is_a_conflict_also_if_its_answer_is_lost()
    {
        var entity = Entity();
        await _journal.AppendAsync(Unit(entity, 1, "somebody else's"));
        _proxy.CutNextAnswer();
        Assert.Equal([AppendResult.Conflict], await _journal.AppendAsync(Unit(entity, 1, "mine")));
        Assert.Equal(["somebody else's"], await _journal.TextsAsync(entity));
    }

    [Fact]
    public async Task Rows_alone_are_written_again()
    {
        var id = Entity().Id;
        _proxy.CutNextAnswer();
        Assert.Equal([AppendResult.Committed], await _journal.AppendAsync(Unit(Entity(), 1).WithRows(ThingRow(id, "a"))));
        Assert.Equal(["a"], await _journal.LabelsAsync(id));
    }

    [Fact]
    public async Task If_nobody_can_be_asked_the_outcome_is_unknown()
    {
        var entity = Entity();
        _proxy.Refuses = true;
        _proxy.CutNextAnswer();
        await Assert.ThrowsAsync<JournalOutcomeUnknownException>(() => _journal.AppendAsync(Unit(entity, 1, "a")));

        _proxy.Refuses = false;
        Assert.Equal(["a"], await _journal.TextsAsync(entity));
        Assert.Equal([AppendResult.Committed], await _journal.AppendAsync(Unit(entity, 2, "b")));
    }
}
