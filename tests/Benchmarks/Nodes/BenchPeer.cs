using System.Buffers;
using System.Globalization;
using Cluster.Kit;
using Cluster.Transport;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cluster.Benchmarks.Nodes;

/// <summary>Two nodes with nothing but a transport: this process, and a child that sends back what it gets.</summary>
internal sealed class BenchPeer : IPeerDirectory, IPeerService
{
    /// <summary>The argument that makes this program the child.</summary>
    public const string Command = "transport-peer";

    public static readonly Guid Caller = new(1, 0, 0, new byte[8]);
    public static readonly Guid Echo = new(2, 0, 0, new byte[8]);

    private readonly Guid _self;
    private readonly int _port;

    private BenchPeer(Guid self, int port)
    {
        _self = self;
        _port = port;
    }

    public Peer Self => Describe(_self);

    public byte Service => 0;

    /// <param name="port">Of the child, if this is the caller.</param>
    public static async Task<Peers> StartAsync(Guid self, int port)
    {
        var node = new BenchPeer(self, port);
        var peers = new Peers(new TransportSettings { Port = 0 }, node, TimeProvider.System, NullLogger<Peers>.Instance);
        await peers.StartAsync([node], CancellationToken.None);
        return peers;
    }

    /// <summary>Tells its port and serves until it is killed.</summary>
    public static async Task<int> RunChildAsync()
    {
        await using var peers = await StartAsync(Echo, 0);
        Console.WriteLine(peers.LocalPort);
        await Task.Delay(Timeout.Infinite);
        return 0;
    }

    public static async Task<(ChildProcess Child, int Port)> StartChildAsync()
    {
        var child = ChildProcess.Start(typeof(BenchPeer).Assembly.Location, Command);
        return (child, int.Parse((await child.ReadLineAsync(CancellationToken.None))!, CultureInfo.InvariantCulture));
    }

    public bool TryGet(Guid nodeId, out Peer peer)
    {
        peer = Describe(nodeId);
        return true;
    }

    public ValueTask RefreshAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public ValueTask HandleAsync(
        Guid from, ReadOnlyMemory<byte> request, IBufferWriter<byte> reply, CancellationToken cancellationToken)
    {
        reply.Write(request.Span);
        return ValueTask.CompletedTask;
    }

    private Peer Describe(Guid nodeId) => new(nodeId, "127.0.0.1", _port, new byte[32]);
}
