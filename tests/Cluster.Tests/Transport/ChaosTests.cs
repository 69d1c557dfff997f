using System.Buffers;
using System.Collections.Concurrent;
using Cluster.Transport;

namespace Cluster.Tests.Transport;

/// <summary>
/// Two nodes call each other while one of them is dropped, stopped and started again at random. The referee knows which
/// requests arrived, and holds every outcome against that.
/// </summary>
public sealed class ChaosTests
{
    private const int Callers = 40;
    private const int CallsEach = 200;

    private readonly Members _members = new();
    private readonly ConcurrentDictionary<Guid, int> _arrivals = new();
    private readonly ConcurrentDictionary<Guid, PeerCallStatus> _outcomes = new();

    // Callers go on until every kind of end has been seen.
    private readonly ConcurrentDictionary<PeerCallStatus, bool> _seen = new();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Every_call_ends_once_and_its_outcome_is_true(int seed)
    {
        await using var caller = await TestNode.StartAsync(_members, TestNode.Settings with { MaxInFlight = 30 });
        var peer = await StartPeerAsync(null);
        var callers = Enumerable.Range(0, Callers).Select(i => Task.Run(() => CallAsync(caller, peer.Id, new Random((seed * 1_000) + i)))).ToList();
        var calling = Task.WhenAll(callers);
        var random = new Random(seed);
        while (!calling.IsCompleted)
        {
            await Task.WhenAny(calling, Task.Delay(random.Next(5, 60)));
            if (random.Next(2) == 0)
                caller.Peers.Drop(peer.Id);
            else
                peer = await RestartAsync(peer);
        }

        await calling.Soon();
        await peer.DisposeAsync();
        Check(seed);
    }

    private void Check(int seed)
    {
        Assert.All(_outcomes, outcome =>
        {
            var arrivals = _arrivals.GetValueOrDefault(outcome.Key);
            var isTrue = outcome.Value switch
            {
                PeerCallStatus.Answered or PeerCallStatus.Failed => arrivals == 1,
                PeerCallStatus.NotSent => arrivals == 0,
                _ => arrivals <= 1,
            };
            Assert.True(isTrue, $"seed {seed}: a call arrived {arrivals} times and ended as {outcome.Value}");
        });
    }

    private async Task CallAsync(TestNode caller, Guid peer, Random random)
    {
        for (var i = 0; i < CallsEach || _seen.Count < Enum.GetValues<PeerCallStatus>().Length; i++)
        {
            var id = Guid.NewGuid();
            byte[] request = [.. id.ToByteArray(), (byte)random.Next(4), .. new byte[random.Next(3_000)]];
            using var reply = await caller.AskAsync(peer, request);
            if (reply.Status == PeerCallStatus.Answered)
                Assert.Equal(id, new Guid(reply.Payload.Span));
            Assert.True(_outcomes.TryAdd(id, reply.Status));
            _seen[reply.Status] = true;
            if (reply.Status == PeerCallStatus.NotSent)
                await Task.Delay(random.Next(10));
        }
    }

    private Task<TestNode> StartPeerAsync(Peer? self) => TestNode.StartAsync(
        _members,
        TestNode.Settings with { Port = self?.Port ?? 0 },
        self: self,
        services: new TestService(1, async (_, request, reply, _) =>
        {
            var id = new Guid(request.Span[..16]);
            var kind = request.Span[16];
            _arrivals.AddOrUpdate(id, 1, (_, count) => count + 1);
            if (kind > 0)
                await Task.Delay(kind, CancellationToken.None);
            if (kind == 3)
                throw new InvalidOperationException();
            reply.Write(request.Span[..16]);
        }));

    private async Task<TestNode> RestartAsync(TestNode peer)
    {
        // No time to finish anything.
        await peer.Peers.StopAsync(new CancellationToken(canceled: true));
        return await StartPeerAsync(peer.Self);
    }
}
