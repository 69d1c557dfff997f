using System.Buffers;
using System.Text;
using Cluster.Transport;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cluster.Tests.Transport;

/// <summary>A service made of a function.</summary>
internal sealed class TestService(
    byte service, Func<Guid, ReadOnlyMemory<byte>, IBufferWriter<byte>, CancellationToken, ValueTask> handle) : IPeerService
{
    /// <summary>Answers with what it was asked.</summary>
    public static TestService Echo { get; } = new(1, (_, request, reply, _) =>
    {
        reply.Write(request.Span);
        return ValueTask.CompletedTask;
    });

    public byte Service => service;

    public ValueTask HandleAsync(
        Guid from, ReadOnlyMemory<byte> request, IBufferWriter<byte> reply, CancellationToken cancellationToken) =>
        handle(from, request, reply, cancellationToken);
}

/// <summary>A service that answers when it is told to.</summary>
internal sealed class HeldService : IPeerService
{
    public const byte Number = 9;

    private readonly SemaphoreSlim _arrived = new(0);
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _handling;

    public byte Service => Number;

    public int Handling => Volatile.Read(ref _handling);

    public TaskCompletionSource Cancelled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task ArrivedAsync() => _arrived.WaitAsync().Soon();

    public void Release() => _released.TrySetResult();

    public async ValueTask HandleAsync(
        Guid from, ReadOnlyMemory<byte> request, IBufferWriter<byte> reply, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _handling);
        _arrived.Release();
        await using var registration = cancellationToken.Register(() => Cancelled.TrySetResult());
        await _released.Task;
        reply.Write(request.Span);
    }
}

/// <summary>A transport with its view of the members.</summary>
internal sealed class TestNode : IAsyncDisposable
{
    private TestNode(Peers peers, MembersView view)
    {
        Peers = peers;
        View = view;
    }

    public Peers Peers { get; }

    public MembersView View { get; }

    public Guid Id => View.Self.NodeId;

    public Peer Self => View.Self;

    /// <summary>Starts a node and adds it to the members.</summary>
    public static async Task<TestNode> StartAsync(
        Members members, TransportSettings? settings = null, TimeProvider? time = null, Peer? self = null, params IPeerService[] services)
    {
        var view = new MembersView(members, self ?? Members.NewPeer());
        settings ??= Settings;
        var peers = new Peers(settings, view, time ?? TimeProvider.System, NullLogger<Peers>.Instance);
        await peers.StartAsync(services.Length > 0 ? services : [TestService.Echo], CancellationToken.None);
        view.Self = members.Set(view.Self with { Port = peers.LocalPort });
        return new TestNode(peers, view);
    }

    /// <summary>Any port, and patience for a busy machine.</summary>
    public static TransportSettings Settings { get; } = new()
    {
        Port = 0,
        ConnectTimeout = TimeSpan.FromSeconds(20),
        HandshakeTimeout = TimeSpan.FromSeconds(20),
        Silence = TimeSpan.FromSeconds(60),
    };

    public Task<PeerReply> AskAsync(
        Guid nodeId, byte[] request, byte service = 1, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        Peers.AskAsync(
            nodeId, service, request, static (writer, bytes) => writer.Write(bytes), timeout ?? TimeSpan.FromSeconds(60), cancellationToken)
            .AsTask().Soon();

    public Task<PeerReply> AskAsync(Guid nodeId, string request, byte service = 1, TimeSpan? timeout = null) =>
        AskAsync(nodeId, Encoding.UTF8.GetBytes(request), service, timeout);

    /// <summary>Asks until there is an answer; for a connection that comes back.</summary>
    public async Task<string> AskUntilAnsweredAsync(Guid nodeId, string request)
    {
        for (var attempt = 0; ; attempt++)
        {
            using var reply = await AskAsync(nodeId, request);
            if (reply.Status == PeerCallStatus.Answered)
                return Encoding.UTF8.GetString(reply.Payload.Span);
            Assert.True(attempt < 500, $"{reply.Status}: {reply.Reason}");
            await Task.Delay(20);
        }
    }

    public ValueTask DisposeAsync() => Peers.DisposeAsync();
}

internal static class Expect
{
    /// <summary>Nothing here takes long; a test that hangs is to fail.</summary>
    public static Task<T> Soon<T>(this Task<T> task) => task.WaitAsync(TimeSpan.FromSeconds(60));

    public static Task Soon(this Task task) => task.WaitAsync(TimeSpan.FromSeconds(60));

    public static async Task Eventually(Func<bool> holds)
    {
        for (var i = 0; !holds(); i++)
        {
            Assert.True(i < 3_000, "It did not come true.");
            await Task.Delay(10);
        }
    }

    public static void Answered(this PeerReply reply, ReadOnlySpan<byte> expected)
    {
        Assert.True(reply.Status == PeerCallStatus.Answered, $"{reply.Status}: {reply.Reason}");
        Assert.True(reply.Payload.Span.SequenceEqual(expected));
        reply.Dispose();
    }

    public static void Ended(this PeerReply reply, PeerCallStatus status, string reason)
    {
        Assert.Contains(reason, reply.Reason, StringComparison.Ordinal);
        Assert.Equal(status, reply.Status);
        Assert.True(reply.Payload.IsEmpty);
    }
}
