using System.Buffers;
using System.Diagnostics;
using Cluster.Hosting;
using Cluster.Transport.Calls;
using Cluster.Transport.Handshakes;
using Cluster.Transport.Serving;
using Microsoft.Extensions.Logging;

namespace Cluster.Transport;

/// <summary>
/// Messages between nodes: calls to peers over one connection each, and the peers' calls to this node's services. How it
/// fails is told in <c>Transport/README.md</c>.
/// </summary>
public sealed class Peers : IAsyncDisposable
{
    /// <summary>Version of the messages that this program speaks at best.</summary>
    public const int ProtocolVersion = Protocol.Max;

    private static readonly TimeSpan s_stopTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_longestWait = TimeSpan.FromDays(1);

    private readonly TransportSettings _settings;
    private readonly IPeerDirectory _directory;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private TransportTls? _tls;
    private volatile PeerLinks? _links;
    private Listener? _listener;
    private IncomingConnections? _incoming;
    private Sweeper? _sweeper;
    private bool _stopping;

    public Peers(TransportSettings settings, IPeerDirectory directory, TimeProvider time, ILogger<Peers> logger)
    {
        _settings = settings;
        _directory = directory;
        _time = time;
        _logger = logger;
    }

    /// <summary>Where this node listens; 0 before it was started.</summary>
    public int LocalPort { get; private set; }

    /// <summary>Listens, and may call from now on.</summary>
    /// <param name="services">Given here and not when made, so that a service may itself call peers.</param>
    /// <exception cref="TransportRefusedException">The settings are not usable, or the address is taken.</exception>
    public async Task StartAsync(IEnumerable<IPeerService> services, CancellationToken cancellationToken)
    {
        _settings.Validate();
        var table = new ServiceTable(services, _logger);
        _tls = _settings.Tls is null ? null : TransportTls.Load(_settings.Tls);
        _sweeper = new Sweeper(Sweep, _time);
        _incoming = new IncomingConnections(_settings, table, _directory, _sweeper.Wake, _time, _logger);
        _listener = new Listener(_settings, _tls, _directory, _time, _incoming.RunAsync, _incoming.Refused);
        LocalPort = await _listener.StartAsync(cancellationToken).ConfigureAwait(false);
        _links = new PeerLinks(_settings, _directory, new Dialer(_settings, _tls, _directory, _time), _sweeper.Wake, _time, _logger);
        Log.TransportListens(_logger, _settings.Host, LocalPort, _tls is null ? "without TLS" : "with TLS");
    }

    /// <summary>Sends one request to a service of a peer and waits for its reply. Does not throw for what a network does.</summary>
    /// <param name="write">Fills the payload; runs at most once, before the call ends. What it throws, the caller gets.</param>
    /// <param name="timeout">For all of it, at most a day.</param>
    /// <param name="cancellationToken">Ends the wait; the call then is lost, or not sent.</param>
    public ValueTask<PeerReply> AskAsync<TState>(
        Guid nodeId,
        byte service,
        TState state,
        Action<IBufferWriter<byte>, TState> write,
        TimeSpan timeout,
        CancellationToken cancellationToken)
    {
        if (timeout <= TimeSpan.Zero)
            return new(PeerReply.NotSent("the time was up"));
        if (_links is not { } links)
            return new(PeerReply.NotSent("this node's transport is not started"));
        timeout = timeout < s_longestWait ? timeout : s_longestWait;
        return links.Current(nodeId) is { } connection
            ? connection.AskAsync(service, state, write, timeout, cancellationToken)
            : ConnectAndAskAsync(links, nodeId, service, state, write, timeout, cancellationToken);
    }

    /// <summary>A member left or is down: its connections are closed, and the calls that wait for it are lost.</summary>
    public void Drop(Guid nodeId)
    {
        const string Reason = "the peer has left";
        _links?.Drop(nodeId, Reason);
        _incoming?.Drop(nodeId, Reason);
    }

    /// <summary>
    /// Takes no more connections and requests, waits a little for what is being handled, which may itself still call, and
    /// closes.
    /// </summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        const string Reason = "the node stops";
        if (_stopping)
            return;
        _stopping = true;
        if (_listener is not null)
            await _listener.DisposeAsync().ConfigureAwait(false);
        await DrainAsync(cancellationToken).ConfigureAwait(false);
        if (_sweeper is not null)
            await _sweeper.DisposeAsync().ConfigureAwait(false);
        _incoming?.Close(Reason);
        _links?.Close(Reason);
        _tls?.Dispose();
    }

    public async ValueTask DisposeAsync() => await StopAsync(CancellationToken.None).ConfigureAwait(false);

    private async ValueTask<PeerReply> ConnectAndAskAsync<TState>(
        PeerLinks links,
        Guid nodeId,
        byte service,
        TState state,
        Action<IBufferWriter<byte>, TState> write,
        TimeSpan timeout,
        CancellationToken cancellationToken)
    {
        var start = _time.GetTimestamp();
        var dialled = await links.ConnectAsync(nodeId, timeout, cancellationToken).ConfigureAwait(false);
        if (dialled.Connection is not { } connection)
            return PeerReply.NotSent(dialled.Reason!);
        var left = timeout - _time.GetElapsedTime(start);
        return left > TimeSpan.Zero
            ? await connection.AskAsync(service, state, write, left, cancellationToken).ConfigureAwait(false)
            : PeerReply.NotSent("the time was up");
    }

    private bool Sweep(long now)
    {
        var anyOutgoing = _links?.Sweep(now) ?? false;
        return _incoming!.Sweep(now) || anyOutgoing;
    }

    // Sockets take real time, whatever clock the node lives by.
    private async Task DrainAsync(CancellationToken cancellationToken)
    {
        _incoming?.Drain();
        var waited = Stopwatch.StartNew();
        while (_incoming is { AnyBusy: true } && waited.Elapsed < s_stopTimeout && !cancellationToken.IsCancellationRequested)
            await Task.Delay(TimeSpan.FromMilliseconds(20), CancellationToken.None).ConfigureAwait(false);
    }
}
