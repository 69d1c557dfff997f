using System.Globalization;
using Cluster.Kit;
using Cluster.Sealing;
using Cluster.Sharding;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cluster.Tests.Sealing;

/// <summary>A rotation from the first step to the last, by nodes that may die at any of them.</summary>
public abstract class RotationContract(bool isShared) : IAsyncLifetime
{
    private const int Values = 7;
    private readonly TempFolder _folder = new();
    private readonly KeyShare[] _one = [KeyShare.New(1), KeyShare.New(1)];
    private readonly KeyShare[] _two = [KeyShare.New(2), KeyShare.New(2)];
    private KeyStore _store = null!;

    public async Task InitializeAsync()
    {
        _store = await KeyStore.OpenAsync(isShared);
        KeyShares.Write(First, _one[0]);
        KeyShares.Write(Second, _one[1]);
    }

    public async Task DisposeAsync()
    {
        await _store.DisposeAsync();
        _folder.Dispose();
    }

    private string First => _folder.File("first/key-share");

    private string Second => _folder.File("second/key-share");

    [Fact]
    public async Task A_rotation_ends_with_old_shares_that_open_nothing()
    {
        using var node = await NodeAsync();
        var owners = await SealAsync(node);
        var root = node.Ring.Root.Fingerprint;
        await RegisterAsync();
        await node.LookAsync();
        Assert.False(await node.StepAsync());
        Assert.Equal(1, (await ActiveAsync()).Version);

        AddShares();
        await RunToEndAsync(node);

        Assert.Equal(2, (await ActiveAsync()).Version);
        var counts = await _store.One.ReadAsync(tables => tables.CountAsync(), default);
        Assert.All(counts, count => Assert.Equal(2, count.MasterVersion));
        Assert.Equal(Values, node.Walker.Resealed);
        foreach (var (owner, blob) in owners)
        {
            var current = await node.Ring.Keys.CurrentAsync(owner, 1, default);
            Assert.NotEqual(SealedBlob.KeyIdOf(blob), current.Id);
            await Assert.ThrowsAsync<KeyDestroyedException>(async () => await node.Ring.Keys.FindAsync(SealedBlob.KeyIdOf(blob), default));
        }

        await Assert.ThrowsAsync<KeysSealedException>(() => OpenAsync(MasterKey.Of(_one[0], _one[1])));
        await Assert.ThrowsAsync<KeysSealedException>(() => OpenAsync(MasterKey.Of(new KeyShare(2, _one[0].Secret.ToArray()), _two[1])));
        Assert.Equal(root, (await OpenAsync(MasterKey.Of(_two[0], _two[1]))).Root.Fingerprint);
    }

    [Fact]
    public async Task Whoever_goes_on_after_a_death_at_any_step_brings_it_to_the_end()
    {
        using (var node = await NodeAsync()) await SealAsync(node);
        AddShares();
        await RegisterAsync();
        var steps = 0;
        for (; (await ActiveAsync()).Version == 1 || await IsRetiringAsync(); steps++)
        {
            Assert.InRange(steps, 0, 200);
            using var next = await NodeAsync();
            await next.LookAsync();
            await next.StepAsync();
            await next.LookAsync();
            await next.StepAsync();
        }

        Assert.InRange(steps, 3, 200);
        await Assert.ThrowsAsync<KeysSealedException>(() => OpenAsync(MasterKey.Of(_one[0], _one[1])));
    }

    [Fact]
    public async Task A_node_goes_on_with_its_keys_while_another_rotates()
    {
        using var node = await NodeAsync();
        var owners = await SealAsync(node);
        var other = new KeyNode(await KeyRing.OpenAsync(_store.Other, Sources.Read().Masters, DataKeySettings.Default, TimeProvider.System, default), Sources);
        var before = await other.Ring.Keys.CurrentAsync(owners[0].Owner, 1, default);
        AddShares();
        await RegisterAsync();
        await RunToEndAsync(node);

        Assert.Equal(before.Id, (await other.Ring.Keys.CurrentAsync(owners[0].Owner, 1, default)).Id);
        await other.LookAsync();
        Assert.NotEqual(before.Id, (await other.Ring.Keys.CurrentAsync(owners[0].Owner, 1, default)).Id);
        await other.Ring.Keys.CurrentAsync(Guid.NewGuid(), 1, default);
        other.Dispose();
    }

    [Fact]
    public async Task A_pending_version_can_be_forgotten_and_two_at_once_are_refused()
    {
        using var node = await NodeAsync();
        await RegisterAsync();
        Assert.False(await _store.Other.WriteAsync(
            tables => tables.InsertPendingAsync(MasterKey.Of(KeyShare.New(3), KeyShare.New(3)), DateTimeOffset.UtcNow), default));
        Assert.True(await _store.Other.WriteAsync(tables => tables.AbandonPendingAsync(), default));
        Assert.False(await node.StepAsync());
        Assert.Equal(1, (await ActiveAsync()).Version);
    }

    [Fact]
    public async Task A_node_that_lacks_the_active_version_is_sealed_again()
    {
        using var node = await NodeAsync();
        using var other = new KeyNode(await OpenAsync(MasterKey.Of(_one[0], _one[1])), new ShareSources(_folder.File("none"), null, null));
        AddShares();
        await RegisterAsync();
        await RunToEndAsync(node);
        await other.LookAsync();
        Assert.Contains("version 2", other.Watch.Fault);
    }

    private ShareSources Sources => new(First, Second, null);

    private void AddShares()
    {
        File.AppendAllText(First, _two[0].Reveal());
        File.AppendAllText(Second, _two[1].Reveal());
    }

    private Task RegisterAsync() =>
        _store.Other.WriteAsync(tables => tables.InsertPendingAsync(MasterKey.Of(_two[0], _two[1]), DateTimeOffset.UtcNow), default);

    private static async Task RunToEndAsync(KeyNode node)
    {
        for (var steps = 0; !node.Ring.Masters.Rows.Any(row => row.State == MasterStates.Retired); steps++)
        {
            Assert.InRange(steps, 0, 200);
            await node.LookAsync();
            await node.StepAsync();
        }
    }

    private static async Task<List<(Guid Owner, byte[] Blob)>> SealAsync(KeyNode node)
    {
        var sealedBy = new List<(Guid, byte[])>();
        for (var i = 0; i < Values; i++)
        {
            var owner = Guid.NewGuid();
            sealedBy.Add((owner, (await node.Ring.Keys.CurrentAsync(owner, 1, default)).Seal([9], [])));
        }

        return sealedBy;
    }

    private async Task<MasterKeyRow> ActiveAsync() =>
        (await _store.One.ReadAsync(tables => tables.MastersAsync(), default)).Single(row => row.State == MasterStates.Active);

    private async Task<bool> IsRetiringAsync() =>
        (await _store.One.ReadAsync(tables => tables.MastersAsync(), default)).Exists(row => row.State == MasterStates.Retiring);

    private async Task<KeyNode> NodeAsync() => new(await OpenAsync([.. Sources.Read().Masters]), Sources);

    private Task<KeyRing> OpenAsync(params MasterKey[] masters) =>
        KeyRing.OpenAsync(_store.One, [.. masters], DataKeySettings.Default, TimeProvider.System, default);

    /// <summary>What of a node has to do with keys; a test is its clock.</summary>
    private sealed class KeyNode : IDisposable
    {
        private readonly KeyRotation _rotation;

        public KeyNode(KeyRing ring, ShareSources sources)
        {
            var state = ClusterState.Alone();
            Ring = ring;
            Watch = new KeyWatch(ring, sources, state, TimeProvider.System, new Lifetime(), NullLogger<KeyWatch>.Instance);
            _rotation = new KeyRotation(
                ring, [Walker], state, ShardGate.AlwaysOpen(TimeProvider.System), new RotationSettings(TimeSpan.Zero, 3), TimeProvider.System,
                NullLogger<KeyRotation>.Instance);
        }

        public KeyRing Ring { get; }

        public KeyWatch Watch { get; }

        public CountingWalker Walker { get; } = new();

        public Task LookAsync() => Watch.LookAsync(default);

        public Task<bool> StepAsync() => _rotation.StepAsync(default);

        public void Dispose()
        {
            Watch.Dispose();
            _rotation.Dispose();
        }
    }

    private sealed class CountingWalker : IResealing
    {
        public string Name => "values";

        public int Resealed { get; private set; }

        public Task<ResealedPage> NextAsync(string position, int most, CancellationToken cancellationToken)
        {
            var from = position.Length == 0 ? 0 : int.Parse(position, CultureInfo.InvariantCulture);
            var until = Math.Min(Values, from + most);
            Resealed += until - from;
            return Task.FromResult(new ResealedPage(until == Values ? null : $"{until}", until - from, until - from));
        }
    }

    private sealed class Lifetime : IHostApplicationLifetime
    {
        public CancellationToken ApplicationStarted => default;

        public CancellationToken ApplicationStopping => default;

        public CancellationToken ApplicationStopped => default;

        public void StopApplication()
        {
            // The fault is what tests look at.
        }
    }
}

public sealed class SqliteRotationTests() : RotationContract(isShared: false);

public sealed class PostgresRotationTests() : RotationContract(isShared: true);
