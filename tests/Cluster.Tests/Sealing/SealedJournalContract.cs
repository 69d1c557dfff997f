using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Cluster.Entities;
using Cluster.Journal;
using Cluster.Kit;
using Cluster.Sealing;
using Cluster.Streams;
using Cluster.Tests.Journal;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cluster.Tests.Sealing;

/// <summary>A sealed journal on each store: what is handed over comes back, nothing of it is in the store, and nothing opens elsewhere.</summary>
public abstract class SealedJournalContract : JournalContract
{
    private static readonly Guid s_owner = Guid.NewGuid();
    private static readonly Guid s_other = Guid.NewGuid();

    private readonly MemoryDataKeys _keys = new();

    private IJournal Sealed => new SealedJournal(Journal, _keys, NullLogger<SealedJournal>.Instance);

    private SealedValues Values => new(_keys, StoreProtection.Sealed);

    [Fact]
    public async Task Events_and_snapshots_come_back_and_are_not_in_the_store()
    {
        var entity = Samples.Entity();
        await Sealed.AppendAsync(Of(s_owner, Samples.Unit(entity, 1, "first secret", "second secret").WithSnapshot(2, "state secret")));

        Assert.Equal(["first secret", "second secret"], await Sealed.TextsAsync(entity));
        Assert.Equal(["second secret"], await Sealed.TextsAsync(entity, 1));
        Assert.Equal("state secret", Samples.Text((await Sealed.ReadSnapshotAsync(entity, CancellationToken.None))!.Value.Payload));
        Assert.DoesNotContain(await StoredAsync(), bytes => Encoding.UTF8.GetString(bytes).Contains("secret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Marked_columns_are_bytes_in_the_store_and_open_in_their_place_only()
    {
        var (id, other) = (Guid.NewGuid(), Guid.NewGuid());
        await Sealed.AppendAsync(Of(s_owner, Samples.Unit(Samples.Entity(), 1, "x").WithRows(
            Samples.SecretRow(id, 1, "a secret ü", "bytes"u8.ToArray()), Samples.SecretRow(other, 1, null, null))));

        var text = (await Reads.QueryAsync<byte[]>("SELECT label FROM secret WHERE label IS NOT NULL")).Single();
        Assert.Equal("a secret ü", Encoding.UTF8.GetString(await OpenAsync("label", [id, 1], text)));
        Assert.Equal(2, (await Reads.QueryAsync<long>("SELECT amount FROM secret")).Count);
        await Assert.ThrowsAsync<IntegrityException>(() => OpenAsync("label", [other, 1], text));
        await Assert.ThrowsAsync<IntegrityException>(() => OpenAsync("label", [id, 2], text));
        await Assert.ThrowsAsync<IntegrityException>(() => OpenAsync("body", [id, 1], text));
        await Assert.ThrowsAsync<IntegrityException>(() => OpenAsync("label", [id, 1], "in clear"u8.ToArray()));
    }

    [Theory]
    [InlineData("UPDATE journal SET payload = (SELECT payload FROM journal WHERE seq_nr = 2) WHERE seq_nr = 1")]
    [InlineData("UPDATE journal SET manifest = 'other.v1' WHERE seq_nr = 1")]
    [InlineData("UPDATE journal SET payload = (SELECT payload FROM snapshot) WHERE seq_nr = 1")]
    public async Task What_was_moved_inside_an_entity_does_not_open(string sql)
    {
        var entity = Samples.Entity();
        await Sealed.AppendAsync(Of(s_owner, Samples.Unit(entity, 1, "first", "second").WithSnapshot(2, "state")));
        await Store.ExecuteAsync(sql);

        await Assert.ThrowsAsync<IntegrityException>(() => Sealed.ReadAllAsync(entity));
    }

    [Fact]
    public async Task What_was_moved_between_entities_does_not_open()
    {
        var (entity, other) = (Samples.Entity(), Samples.Entity());
        await Sealed.AppendAsync(Of(s_owner, Samples.Unit(entity, 1, "mine").WithSnapshot(1, "state"), Samples.Unit(other, 1, "yours").WithSnapshot(1, "state")));
        foreach (var table in (string[])["journal", "snapshot"])
        {
            await Store.ExecuteAsync($"CREATE TABLE copy_{table} AS SELECT * FROM {table}");
            await Store.ExecuteAsync($"UPDATE {table} SET payload = (SELECT c.payload FROM copy_{table} c WHERE c.entity_id <> {table}.entity_id)");
        }

        await Assert.ThrowsAsync<IntegrityException>(() => Sealed.ReadAllAsync(entity));
        await Assert.ThrowsAsync<IntegrityException>(() => Sealed.ReadSnapshotAsync(other, CancellationToken.None));
    }

    [Fact]
    public async Task One_flipped_bit_anywhere_is_found()
    {
        var entity = Samples.Entity();
        await Sealed.AppendAsync(Of(s_owner, Samples.Unit(entity, 1, "event")));
        var blob = (await Journal.ReadAllAsync(entity)).Single().Payload.Bytes.ToArray();
        for (var at = 0; at < blob.Length; at++)
        {
            blob[at] ^= 1;
            await Store.ExecuteAsync($"UPDATE journal SET payload = {Store.Literal(blob)}");
            await Assert.ThrowsAsync<IntegrityException>(() => Sealed.ReadAllAsync(entity));
            blob[at] ^= 1;
        }
    }

    [Fact]
    public async Task Keys_are_asked_for_once_for_each_owner_with_the_uses_that_there_are()
    {
        var entity = Samples.Entity();
        await Sealed.AppendAsync(Of(
            s_owner,
            Samples.Unit(entity, 1, "a", "b").WithSnapshot(2, "s"),
            Samples.Unit(entity, 3, "c").WithRows(Samples.SecretRow(Guid.NewGuid(), 1, "x", null), Samples.ThingRow(Guid.NewGuid(), "y"))));
        Assert.Equal((1, 5L), (_keys.Lookups, _keys.UsesOf(s_owner)));

        var rowsOnly = Samples.Unit(entity, 1).WithRows(Samples.ThingRow(Guid.NewGuid(), "y"));
        Assert.Equal([AppendResult.Committed], await Sealed.AppendAsync(rowsOnly));
        Assert.Equal(1, _keys.Lookups);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_unit_without_key_does_not_take_the_others_with_it(bool isBroken)
    {
        var (mine, erased) = (Samples.Entity(), Samples.Entity());
        if (isBroken) _keys.Fail(s_other, new InvalidOperationException("no connection"));
        else _keys.Destroy(s_other);
        var results = await Sealed.AppendAsync(
            Samples.Unit(mine, 1, "a") with { Owner = s_owner },
            Samples.Unit(erased, 1, "b") with { Owner = s_other },
            Samples.Unit(erased, 2, "c") with { Owner = s_owner },
            Samples.Unit(mine, 2, "d") with { Owner = s_owner });

        Assert.Equal([AppendResult.Committed, AppendResult.Unsealed, AppendResult.Unsealed, AppendResult.Committed], results);
        Assert.Equal(["a", "d"], await Sealed.TextsAsync(mine));
        Assert.Empty(await Sealed.TextsAsync(erased));
        Assert.Equal(
            [AppendResult.Unsealed], await Sealed.AppendAsync(Samples.Unit(erased, 1, "b") with { Owner = s_other }));
    }

    [Fact]
    public async Task A_destroyed_key_and_a_missing_master_key_are_told_apart_from_damage()
    {
        var entity = Samples.Entity();
        await Sealed.AppendAsync(Of(s_other, Samples.Unit(entity, 1, "a").WithSnapshot(1, "s")));
        _keys.Destroy(s_other);
        await Assert.ThrowsAsync<KeyDestroyedException>(() => Sealed.ReadAllAsync(entity));
        _keys.IsSealed = true;
        await Assert.ThrowsAsync<KeysSealedException>(() => Sealed.ReadSnapshotAsync(entity, CancellationToken.None));
    }

    [Fact]
    public async Task What_nobody_owns_is_not_stored()
    {
        var unit = Samples.Unit(Samples.Entity(), 1, "a");
        await Assert.ThrowsAsync<ArgumentException>(() => Sealed.AppendAsync(unit));
        await Assert.ThrowsAsync<ArgumentException>(
            () => Journal.AppendAsync(Samples.Unit(Samples.Entity(), 1).WithRows(Samples.SecretRow(Guid.NewGuid(), 1, "in clear", null))));
        Assert.Empty(await Reads.QueryAsync<byte[]>("SELECT payload FROM journal"));
    }

    [Fact]
    public async Task A_store_is_refused_that_was_written_in_the_other_way()
    {
        await StoreSealing.RequireAsync(Reads, StoreProtection.Sealed, CancellationToken.None);
        await StoreSealing.RequireAsync(Reads, StoreProtection.InClear, CancellationToken.None);
        await new ClearJournal(Journal).AppendAsync(Samples.Unit(Samples.Entity(), 1, "in clear").WithRows(Samples.SecretRow(Guid.NewGuid(), 1, "too", null)));
        await StoreSealing.RequireAsync(Reads, StoreProtection.InClear, CancellationToken.None);
        await Assert.ThrowsAsync<StoreRefusedException>(() => StoreSealing.RequireAsync(Reads, StoreProtection.Sealed, CancellationToken.None));

        await Store.ExecuteAsync("DELETE FROM journal");
        await Sealed.AppendAsync(Of(s_owner, Samples.Unit(Samples.Entity(), 1, "sealed")));
        await Assert.ThrowsAsync<StoreRefusedException>(() => StoreSealing.RequireAsync(Reads, StoreProtection.InClear, CancellationToken.None));
    }

    [Fact]
    public async Task Large_and_small_values_of_appends_at_the_same_time_come_back_as_they_were()
    {
        var id = Guid.NewGuid();
        var bodies = new ConcurrentDictionary<int, (EntityRef Entity, byte[] Body)>();
        await Task.WhenAll(Enumerable.Range(0, 6).Select(task => Task.Run(async () =>
        {
            for (var i = 0; i < 8; i++)
            {
                var (entity, number) = (Samples.Entity(), (task * 8) + i);
                var body = RandomNumberGenerator.GetBytes(i % 3 == 0 ? 600 : Random.Shared.Next(LargeBuffers.Least, 1 << 20));
                var given = (byte[])body.Clone();
                await Sealed.AppendAsync(Of(s_owner, Samples.Unit(entity, 1, Convert.ToHexString(body)).WithRows(Samples.SecretRow(id, number, "small", given))));
                Assert.Equal(body, given);
                bodies[number] = (entity, body);
            }
        })));

        foreach (var (number, (entity, body)) in bodies)
        {
            Assert.Equal([Convert.ToHexString(body)], await Sealed.TextsAsync(entity));
            var stored = (await Reads.QueryAsync<byte[]>($"SELECT body FROM secret WHERE number = {number}")).Single();
            Assert.Equal(body, await OpenAsync("body", [id, number], stored));
            Assert.Equal(body, (await Values.OpenInPlaceAsync(Samples.Secret, "body", (object[])[id, number], stored, CancellationToken.None)).ToArray());
        }
    }

    [Fact]
    public async Task What_a_failed_append_was_given_is_never_written_over()
    {
        var (entity, text) = (Samples.Entity(), new string('x', 300_000));
        var failing = new FailingJournal();
        var journal = new SealedJournal(failing, _keys, NullLogger<SealedJournal>.Instance);
        await Assert.ThrowsAsync<JournalOutcomeUnknownException>(() => journal.AppendAsync(Of(s_owner, Samples.Unit(entity, 1, text))));

        // Of the same size, so that they would come into its place.
        for (var i = 0; i < 5; i++) await Sealed.AppendAsync(Of(s_owner, Samples.Unit(Samples.Entity(), 1, new string('y', 300_000))));

        await Journal.AppendAsync([.. failing.Given]);
        Assert.Equal([text], await Sealed.TextsAsync(entity));
    }

    [Fact]
    public async Task What_is_damaged_does_not_open_in_place()
    {
        var id = Guid.NewGuid();
        await Sealed.AppendAsync(Of(s_owner, Samples.Unit(Samples.Entity(), 1, "x").WithRows(Samples.SecretRow(id, 1, null, new byte[300_000]))));
        var stored = (await Reads.QueryAsync<byte[]>("SELECT body FROM secret")).Single();
        stored[200_000] ^= 1;
        await Assert.ThrowsAsync<IntegrityException>(
            async () => await Values.OpenInPlaceAsync(Samples.Secret, "body", (object[])[id, 1], stored, CancellationToken.None));
        Assert.All(stored[SealedBlob.TextAt..^SealedBlob.TagBytes], value => Assert.Equal(0, value));
    }

    private static AppendUnit[] Of(Guid owner, params AppendUnit[] units) => [.. units.Select(unit => unit with { Owner = owner })];

    private async Task<byte[]> OpenAsync(string column, object[] key, byte[] stored) =>
        await Values.OpenAsync(Samples.Secret, column, key, stored, CancellationToken.None);

    private async Task<List<byte[]>> StoredAsync() =>
        await Reads.QueryAsync<byte[]>("SELECT payload FROM journal UNION ALL SELECT payload FROM snapshot");

    /// <summary>A store of which nobody knows whether it took what it was given.</summary>
    private sealed class FailingJournal : IJournal
    {
        public IReadOnlyList<AppendUnit> Given { get; private set; } = [];

        public int Lanes => 1;

        public Task<IReadOnlyList<AppendResult>> AppendAsync(
            IReadOnlyList<AppendUnit> batch, DateTimeOffset now, CancellationToken cancellationToken)
        {
            Given = batch;
            throw new JournalOutcomeUnknownException("no answer");
        }

        public Task<StoredSnapshot?> ReadSnapshotAsync(EntityRef entity, CancellationToken cancellationToken) => throw new NotSupportedException();

        public IAsyncEnumerable<JournalRecord> ReadAsync(EntityRef entity, long afterSequenceNr, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}

public sealed class SqliteSealedJournalTests : SealedJournalContract
{
    protected override Task<IJournalStore> CreateStoreAsync() => Task.FromResult<IJournalStore>(new SqliteStore());
}

public sealed class PostgresSealedJournalTests : SealedJournalContract
{
    protected override async Task<IJournalStore> CreateStoreAsync() => await PostgresStore.CreateAsync();
}
