using System.Data.Common;
using System.Runtime.CompilerServices;
using Cluster.Journal;
using Microsoft.Extensions.DependencyInjection;

namespace Api.Tests.Accounts;

/// <summary>The node's own store, whose reads fail on command.</summary>
internal sealed class BrokenReads : IReadStore
{
    private Func<IReadStore> _inner = null!;

    private readonly AsyncLocal<StrongBox<int>?> _counted = new();

    public bool AreBroken { get; set; }

    /// <summary>How often <paramref name="flow"/> reads; what the node reads beside it does not count.</summary>
    public async Task<int> CountAsync(Func<Task> flow)
    {
        var count = _counted.Value = new StrongBox<int>();
        await flow();
        return count.Value;
    }

    public void Decorate(IServiceCollection services)
    {
        var registered = services.Last(service => service.ServiceType == typeof(IReadStore));
        services.AddSingleton<IReadStore>(provider =>
        {
            var inner = registered.ImplementationInstance as IReadStore ?? (IReadStore)registered.ImplementationFactory!(provider);
            _inner = () => inner;
            return this;
        });
    }

    public ValueTask<DbConnection> OpenReadAsync(CancellationToken cancellationToken)
    {
        if (_counted.Value is { } count) Interlocked.Increment(ref count.Value);
        return AreBroken ? throw new JournalUnavailableException("The store cannot be read.", null) : _inner().OpenReadAsync(cancellationToken);
    }
}
