using Cluster.Entities;
using Cluster.Journal;
using Cluster.Journal.Sqlite;
using Cluster.Sealing;
using Cluster.Sealing.Postgres;
using Cluster.Sealing.Sqlite;
using Cluster.Tests.Journal;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cluster.Tests.Sealing;

/// <summary>The walk through sealed columns on each store: what it replaces, and what it must not.</summary>
public abstract class ResealingContract(bool isShared) : IAsyncLifetime
{
    private readonly Guid _owner = Guid.NewGuid();
    private readonly NoticeBoard _notices = new();
    private readonly List<IntegrityFault> _faults = [];
    private IJournalStore _store = null!;
    private OpenStore _open = null!;
    private IKeyDatabase _database = null!;
    private KeyRing _ring = null!;

    public async Task InitializeAsync()
    {
        _store = isShared ? await PostgresStore.CreateAsync() : new SqliteStore();
        _open = await _store.OpenAsync(isShared ? KeySchema.Postgres : KeySchema.Sqlite, Samples.Schema(_store));
        _database = _open.Journal is SqliteJournal journal
            ? new SqliteNodeKeys(journal) : new PostgresKeys(((PostgresStore)_store).Options, TimeProvider.System);
        _ring = await KeyRing.OpenAsync(
            _database, [MasterKey.Of(KeyShare.New(1), KeyShare.New(1))], DataKeySettings.Default, TimeProvider.System, default);
        _notices.Subscribe<IntegrityFault>(_faults.Add);
    }

    public async Task DisposeAsync()
    {
        await _database.DisposeAsync();
        await _open.DisposeAsync();
        await _store.DisposeAsync();
    }

    [Fact]
    public async Task Events_snapshots_and_columns_are_under_the_new_key_and_come_back()
    {
        var entity = Samples.Entity();
        var id = Guid.NewGuid();
        await AppendAsync(
            Samples.Unit(entity, 1, "one", "two").WithSnapshot(2, "state")
                .WithRows(Samples.SecretRow(id, 1, "label", null), Samples.SecretRow(id, 2, null, new byte[300_000]), Samples.SecretRow(id, 3, "last", [7])));
        var old = await RenewAsync();

        foreach (var column in SealedColumn.AllOf([Samples.Secret]))
            Assert.Equal(await StoredAsync(column.Name), (await WalkAsync(column, 2)).Resealed);

        Assert.DoesNotContain(await BlobsAsync(), blob => SealedBlob.KeyIdOf(blob) == old);
        await ForgetAsync(old);
        Assert.Equal(["one", "two"], await Sealed.TextsAsync(entity));
        Assert.Equal("state", Samples.Text((await Sealed.ReadSnapshotAsync(entity, default))!.Value.Payload));
        var values = new SealedValues(_ring.Keys, StoreProtection.Sealed);
        var label = Assert.Single(await _open.Reads.QueryAsync<byte[]>("SELECT label FROM secret WHERE number = 3"));
        Assert.Equal("last"u8.ToArray(), await values.OpenAsync(Samples.Secret, "label", new object[] { id, 3L }, label, default));
        var body = Assert.Single(await _open.Reads.QueryAsync<byte[]>("SELECT body FROM secret WHERE number = 2"));
        Assert.Equal(300_000, (await values.OpenAsync(Samples.Secret, "body", new object[] { id, 2L }, body, default)).Length);
    }

    [Fact]
    public async Task A_second_walk_changes_nothing()
    {
        await AppendAsync(Samples.Unit(Samples.Entity(), 1, "one", "two", "three"));
        await RenewAsync();
        Assert.Equal(3, (await WalkAsync(SealedColumn.Journal, 1)).Resealed);
        var blobs = await BlobsAsync();

        Assert.Equal(new ResealedPage(null, 3, 0), await WalkAsync(SealedColumn.Journal, 100));
        Assert.Equal(blobs, await BlobsAsync());
    }

    [Fact]
    public async Task What_was_changed_wiped_or_deleted_after_it_was_read_stays_so()
    {
        var ids = Enumerable.Range(0, 3).Select(static _ => Guid.NewGuid()).ToArray();
        await AppendAsync(Samples.Unit(Samples.Entity(), 1).WithRows([.. ids.Select(static id => Samples.SecretRow(id, 1, "old", null))]));
        await RenewAsync();
        var between = new Between((IRowUpkeep)_open.Journal, async () =>
        {
            await AppendAsync(Samples.Unit(Samples.Entity(), 1).WithRows(Samples.SecretRow(ids[0], 1, "newer", null)));
            await _store.ExecuteAsync($"UPDATE secret SET label = {_store.Literal([])} WHERE id = {Literal(ids[1])}");
            await _store.ExecuteAsync($"DELETE FROM secret WHERE id = {Literal(ids[2])}");
        });

        var page = await WalkAsync(Label, 100, between);

        Assert.Equal((3, 0), (page.Seen, page.Resealed));
        var stored = await _open.Reads.QueryAsync<byte[]>("SELECT label FROM secret WHERE id = @id", new { id = ids[0] });
        Assert.Equal("newer"u8.ToArray(), await new SealedValues(_ring.Keys, StoreProtection.Sealed).OpenAsync(
            Samples.Secret, "label", new object[] { ids[0], 1L }, Assert.Single(stored), default));
        Assert.Empty(Assert.Single(await _open.Reads.QueryAsync<byte[]>("SELECT label FROM secret WHERE id = @id", new { id = ids[1] })));
        Assert.Equal(2, (await _open.Reads.QueryAsync<long>("SELECT amount FROM secret")).Count);
    }

    [Fact]
    public async Task What_is_wiped_damaged_or_without_key_is_counted_and_the_walk_goes_on()
    {
        var (wiped, damaged, clear, sound) = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());
        var erased = Guid.NewGuid();
        await AppendAsync(Samples.Unit(Samples.Entity(), 1).WithRows(
            Samples.SecretRow(wiped, 1, "x", null), Samples.SecretRow(damaged, 1, "x", null), Samples.SecretRow(clear, 1, "x", null),
            Samples.SecretRow(sound, 1, "sound", null)));
        await Sealed.AppendAsync(Samples.Unit(Samples.Entity(), 1).WithRows(Samples.SecretRow(Guid.NewGuid(), 1, "x", null)) with { Owner = erased });
        await _store.ExecuteAsync($"UPDATE secret SET label = {_store.Literal([])} WHERE id = {Literal(wiped)}");
        await _store.ExecuteAsync($"CREATE TABLE aside AS SELECT label FROM secret WHERE id = {Literal(sound)}");
        await _store.ExecuteAsync($"UPDATE secret SET label = (SELECT label FROM aside) WHERE id = {Literal(damaged)}");
        await _store.ExecuteAsync($"UPDATE secret SET label = {_store.Literal("in clear"u8.ToArray())} WHERE id = {Literal(clear)}");
        await RenewAsync();
        await _ring.Keys.DestroyAsync(erased, default);

        var page = await WalkAsync(Label, 2);

        Assert.Equal((5, 1, 2, 2), (page.Seen, page.Resealed, page.Skipped, page.Damaged));
        Assert.Equal(new[] { damaged, clear }.Order(), _faults.Select(static fault => fault.Id).Order());
        Assert.All(_faults, static fault => Assert.Equal("secret.label", fault.Place));
    }

    [Fact]
    public async Task A_page_ends_after_some_bytes_and_the_rest_is_counted()
    {
        await AppendAsync(Samples.Unit(Samples.Entity(), 1).WithRows(
            [.. Enumerable.Range(0, 5).Select(static _ => Samples.SecretRow(Guid.NewGuid(), 1, null, new byte[3 << 20]))]));
        await RenewAsync();
        var body = SealedColumn.AllOf([Samples.Secret]).Single(static column => column.Name == "secret.body");

        var page = await Walker(body).NextAsync("", 100, default);

        Assert.Equal((2, 2), (page.Seen, page.Resealed));
        Assert.Equal(3, await _database.ReadAsync(tables => body.CountLeftAsync(tables, page.Position!), default));
        Assert.Equal(3, (await WalkAsync(body, 100, position: page.Position!)).Resealed);
    }

    private static SealedColumn Label => SealedColumn.AllOf([Samples.Secret]).Single(static column => column.Name == "secret.label");

    private SealedJournal Sealed => new(_open.Journal, _ring.Keys, NullLogger<SealedJournal>.Instance);

    private ColumnResealing Walker(SealedColumn column, IRowUpkeep? rows = null) =>
        new(column, new Resealer(_ring), _open.Reads, rows ?? (IRowUpkeep)_open.Journal, _notices);

    /// <summary>To the end, each page by a walker of its own: all it knows is the position.</summary>
    private async Task<ResealedPage> WalkAsync(SealedColumn column, int most, IRowUpkeep? rows = null, string position = "")
    {
        var sum = new ResealedPage(position, 0, 0);
        while (sum.Position is { } at)
        {
            var page = await Walker(column, rows).NextAsync(at, most, default);
            sum = new ResealedPage(page.Position, sum.Seen + page.Seen, sum.Resealed + page.Resealed)
            {
                Skipped = sum.Skipped + page.Skipped,
                Damaged = sum.Damaged + page.Damaged,
            };
        }

        return sum;
    }

    private async Task AppendAsync(AppendUnit unit) =>
        Assert.Equal([AppendResult.Committed], await Sealed.AppendAsync(unit with { Owner = _owner }));

    /// <returns>The key of before.</returns>
    private async Task<Guid> RenewAsync()
    {
        var head = (await _database.ReadAsync(tables => tables.HeadAsync(_owner), default))!;
        await _ring.Keys.RenewAsync(head, -1, default);
        return head.Id;
    }

    private async Task ForgetAsync(Guid key)
    {
        Assert.Equal(1, await _database.WriteAsync(tables => tables.DeleteOldAsync(2, 10), default));
        _ring.Keys.ForgetOld();
        await Assert.ThrowsAsync<KeyDestroyedException>(async () => await _ring.Keys.FindAsync(key, default));
    }

    private async Task<int> StoredAsync(string name) => name switch
    {
        "journal" => 2,
        "snapshots" => 1,
        _ => (await _open.Reads.QueryAsync<int>($"SELECT 1 FROM secret WHERE {name.Split('.')[1]} IS NOT NULL")).Count,
    };

    private Task<List<byte[]>> BlobsAsync() => _open.Reads.QueryAsync<byte[]>(
        """
        SELECT payload FROM journal UNION ALL SELECT payload FROM snapshot
        UNION ALL SELECT label FROM secret WHERE label IS NOT NULL UNION ALL SELECT body FROM secret WHERE body IS NOT NULL
        """);

    private string Literal(Guid id) => isShared ? $"'{id}'" : $"x'{Convert.ToHexString(id.ToByteArray(bigEndian: true))}'";

    /// <summary>Does something else just before the first rows are changed.</summary>
    private sealed class Between(IRowUpkeep inner, Func<Task> act) : IRowUpkeep
    {
        public bool IsSqlite => inner.IsSqlite;

        public async Task<IReadOnlyList<int>> ChangeAsync(IReadOnlyList<UpkeepStatement> statements, CancellationToken cancellationToken)
        {
            await act();
            return await inner.ChangeAsync(statements, cancellationToken);
        }
    }
}

public sealed class SqliteResealingTests() : ResealingContract(isShared: false);

public sealed class PostgresResealingTests() : ResealingContract(isShared: true);
