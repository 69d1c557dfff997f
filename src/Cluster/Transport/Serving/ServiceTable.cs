using Cluster.Hosting;
using Cluster.Transport.Frames;
using Microsoft.Extensions.Logging;

namespace Cluster.Transport.Serving;

/// <summary>The services of this node by number.</summary>
internal sealed class ServiceTable
{
    private const int MaxServices = 64;

    private readonly IPeerService?[] _services = new IPeerService?[MaxServices];
    private readonly ILogger _logger;

    /// <exception cref="ArgumentException">Two services have the same number, or one has a number that is out of range.</exception>
    public ServiceTable(IEnumerable<IPeerService> services, ILogger logger)
    {
        _logger = logger;
        foreach (var service in services)
        {
            if (service.Service >= MaxServices || _services[service.Service] is not null)
                throw new ArgumentException($"The number of peer service {service.Service} is taken or above {MaxServices - 1}.", nameof(services));
            _services[service.Service] = service;
        }
    }

    /// <summary>Has the request answered. Does not throw.</summary>
    /// <returns>What the exchange's reply is: the answer, or an error with its reason.</returns>
    public ValueTask<FrameKind> HandleAsync(Guid from, Exchange exchange, CancellationToken cancellationToken)
    {
        if (exchange.Service >= MaxServices || _services[exchange.Service] is not { } service)
            return new(Fail(exchange, "the peer has no such service"));
        try
        {
            var handling = service.HandleAsync(from, exchange.Request, exchange.Reply, cancellationToken);
            return handling.IsCompletedSuccessfully ? new(FrameKind.Reply) : FinishAsync(from, exchange, handling);
        }
        catch (Exception e)
        {
            return new(Fail(from, exchange, e));
        }
    }

    private async ValueTask<FrameKind> FinishAsync(Guid from, Exchange exchange, ValueTask handling)
    {
        try
        {
            await handling.ConfigureAwait(false);
            return FrameKind.Reply;
        }
        catch (Exception e)
        {
            return Fail(from, exchange, e);
        }
    }

    // The peer hears what kind of thing went wrong; a message might tell more than is meant for others.
    private FrameKind Fail(Guid from, Exchange exchange, Exception e)
    {
        if (e is not OperationCanceledException)
            Log.PeerServiceFailed(_logger, exchange.Service, from, e);
        return Fail(exchange, e is FrameTooLargeException ? e.Message : $"the peer's service failed: {e.GetType().Name}");
    }

    private static FrameKind Fail(Exchange exchange, string reason)
    {
        exchange.Reply.Reset();
        var bytes = Reasons.ToBytes(reason);
        bytes.CopyTo(exchange.Reply.GetSpan(bytes.Length));
        exchange.Reply.Advance(bytes.Length);
        return FrameKind.Error;
    }
}
