using System.Collections.Immutable;
using Cluster.Sealing;

namespace Cluster.Tests.Sealing;

/// <summary>Two rings on one store agree, whatever they do at the same time.</summary>
public abstract class DataKeyContract(bool isShared) : IAsyncLifetime
{
    private static readonly byte[] s_identity = [1, 2, 3];
    private readonly ImmutableArray<MasterKey> _shares = [MasterKey.Of(KeyShare.New(1), KeyShare.New(1))];
    private readonly Guid _owner = Guid.NewGuid();
    private KeyStore _store = null!;

    public async Task InitializeAsync() => _store = await KeyStore.OpenAsync(isShared);

    public async Task DisposeAsync() => await _store.DisposeAsync();

    [Fact]
    public async Task What_one_ring_seals_the_other_opens()
    {
        var (one, other) = await RingsAsync();
        var blob = (await one.Keys.CurrentAsync(_owner, 1, default)).Seal("secret"u8, s_identity);
        var opened = (await other.Keys.FindAsync(SealedBlob.KeyIdOf(blob), default)).Open(blob, s_identity);
        Assert.Equal("secret"u8.ToArray(), opened);
        Assert.Equal((await one.Keys.CurrentAsync(_owner, 1, default)).Id, (await other.Keys.CurrentAsync(_owner, 1, default)).Id);
        Assert.NotEqual((await one.Keys.CurrentAsync(_owner, 1, default)).Id, (await one.Keys.CurrentAsync(Guid.NewGuid(), 1, default)).Id);
        Assert.Equal(one.Root.Fingerprint, other.Root.Fingerprint);
        Assert.Equal(one.Root.Derive("x"u8), other.Root.Derive("x"u8));
    }

    [Fact]
    public async Task A_key_that_was_used_before_costs_no_look_into_the_store()
    {
        var ring = await RingAsync(_store.One);
        var key = await ring.Keys.CurrentAsync(_owner, 1, default);
        Assert.True(ring.Keys.CurrentAsync(_owner, 10, default).IsCompletedSuccessfully);
        Assert.True(ring.Keys.FindAsync(key.Id, default).IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Rings_that_make_first_keys_at_once_make_the_same()
    {
        var (one, other) = await RingsAsync();
        Guid[] owners = [.. Enumerable.Range(0, 40).Select(_ => Guid.NewGuid())];
        var made = await Task.WhenAll(owners.SelectMany(owner => new[] { one, other, one }.Select(ring => Task.Run(async () =>
            (owner, (await ring.Keys.CurrentAsync(owner, 1, default)).Id)))));
        Assert.Equal(owners.Length, made.Distinct().Count());
    }

    [Fact]
    public async Task Uses_are_counted_in_the_store_before_they_happen_and_end_before_the_bound()
    {
        var settings = new DataKeySettings(10, 50, 100);
        var (one, other) = (await RingAsync(_store.One, settings), await RingAsync(_store.Other, settings));
        var uses = new Dictionary<Guid, int>();
        for (var i = 0; i < 120; i++)
        {
            var key = await (i % 3 == 0 ? other : one).Keys.CurrentAsync(_owner, 1, default);
            uses[key.Id] = uses.GetValueOrDefault(key.Id) + 1;
        }

        Assert.InRange(uses.Count, 3, 6);
        Assert.All(uses.Values, count => Assert.InRange(count, 1, 50));
        var counted = await _store.One.ReadAsync(tables => tables.CountAsync(), default);
        Assert.All(counted.Where(count => count.State == DataKeyStates.Old), count => Assert.InRange(count.MostUses, 40, 50));
        var old = uses.Keys.First();
        Assert.Equal(old, (await one.Keys.FindAsync(old, default)).Id);
    }

    [Fact]
    public async Task One_call_may_reserve_more_than_a_block()
    {
        var ring = await RingAsync(_store.One, new DataKeySettings(10, 1_000, 100));
        var key = await ring.Keys.CurrentAsync(_owner, 900, default);
        Assert.NotEqual(key.Id, (await ring.Keys.CurrentAsync(_owner, 101, default)).Id);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await ring.Keys.CurrentAsync(_owner, 1_001, default));
    }

    [Fact]
    public async Task Destroyed_keys_are_gone_for_good_and_no_new_one_is_made()
    {
        var (one, other) = await RingsAsync();
        var key = await one.Keys.CurrentAsync(_owner, 1, default);
        await other.Keys.DestroyAsync(_owner, default);

        await Assert.ThrowsAsync<KeyDestroyedException>(async () => await other.Keys.CurrentAsync(_owner, 1, default));
        await Assert.ThrowsAsync<KeyDestroyedException>(async () => await other.Keys.FindAsync(key.Id, default));
        var later = await RingAsync(_store.One);
        await Assert.ThrowsAsync<KeyDestroyedException>(async () => await later.Keys.CurrentAsync(_owner, 1, default));
        Assert.Empty((await _store.One.ReadAsync(tables => tables.HeadAsync(_owner), default))!.Wrapped);

        // As the watch of the first node does within a second.
        one.Keys.Notice([new KeyChange { Owner = _owner }]);
        await Assert.ThrowsAsync<KeyDestroyedException>(async () => await one.Keys.CurrentAsync(_owner, 1, default));
        await Assert.ThrowsAsync<KeyDestroyedException>(async () => await one.Keys.FindAsync(key.Id, default));
    }

    [Fact]
    public async Task An_owner_that_never_had_a_key_never_gets_one_once_destroyed()
    {
        var (one, other) = await RingsAsync();
        await one.Keys.DestroyAsync(_owner, default);
        await one.Keys.DestroyAsync(_owner, default);
        await Assert.ThrowsAsync<KeyDestroyedException>(async () => await other.Keys.CurrentAsync(_owner, 1, default));
        await Assert.ThrowsAsync<ArgumentException>(() => one.Keys.DestroyAsync(KeyOwners.Instance, default));
    }

    [Fact]
    public async Task Nothing_outlives_a_destruction_that_races_with_new_versions()
    {
        var settings = new DataKeySettings(1, 1, 100);
        var (one, other) = (await RingAsync(_store.One, settings), await RingAsync(_store.Other, settings));
        var using1 = Task.Run(() => UseUntilDestroyedAsync(one));
        var using2 = Task.Run(() => UseUntilDestroyedAsync(other));
        await Task.Delay(100);
        await one.Keys.DestroyAsync(_owner, default);
        await Task.WhenAll(using1, using2);
        var rows = await _store.One.ReadAsync(tables => tables.CountAsync(), default);
        Assert.Equal([(0L, 1L)], [(rows.Where(row => row.State == DataKeyStates.Old).Sum(row => row.Count), rows.Single(row => row.State == DataKeyStates.Destroyed).Count)]);
    }

    [Fact]
    public async Task Shares_of_another_store_and_missing_versions_are_told_apart()
    {
        await RingAsync(_store.One);
        var wrong = await Assert.ThrowsAsync<KeysSealedException>(() => OpenAsync(_store.One, [MasterKey.Of(KeyShare.New(1), KeyShare.New(1))]));
        Assert.Contains("do not open this store", wrong.Message);
        var missing = await Assert.ThrowsAsync<KeysSealedException>(() => OpenAsync(_store.One, [MasterKey.Of(KeyShare.New(2), KeyShare.New(2))]));
        Assert.Contains("version 1", missing.Message);
    }

    [Fact]
    public async Task Of_nodes_with_different_shares_on_a_new_store_one_wins()
    {
        var tries = await Task.WhenAll(Enumerable.Range(0, 6).Select(number => Task.Run(() => Record.ExceptionAsync(() =>
            OpenAsync(number % 2 == 0 ? _store.One : _store.Other, [MasterKey.Of(KeyShare.New(1), KeyShare.New(1))])))));
        Assert.Single(tries, fault => fault is null);
        Assert.All(tries.Where(fault => fault is not null), fault => Assert.IsType<KeysSealedException>(fault));
    }

    private async Task UseUntilDestroyedAsync(KeyRing ring)
    {
        await Assert.ThrowsAsync<KeyDestroyedException>(async () =>
        {
            while (true) await ring.Keys.CurrentAsync(_owner, 1, default);
        });
    }

    private async Task<(KeyRing One, KeyRing Other)> RingsAsync() => (await RingAsync(_store.One), await RingAsync(_store.Other));

    private Task<KeyRing> RingAsync(IKeyDatabase database, DataKeySettings? settings = null) =>
        KeyRing.OpenAsync(database, _shares, settings ?? DataKeySettings.Default, TimeProvider.System, default);

    private static Task<KeyRing> OpenAsync(IKeyDatabase database, ImmutableArray<MasterKey> shares) =>
        KeyRing.OpenAsync(database, shares, DataKeySettings.Default, TimeProvider.System, default);
}

public sealed class SqliteDataKeyTests() : DataKeyContract(isShared: false);

public sealed class PostgresDataKeyTests() : DataKeyContract(isShared: true);
