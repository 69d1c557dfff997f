using System.Data.Common;
using Cluster.Journal;
using Microsoft.Extensions.DependencyInjection;

namespace Api.Tests.Accounts;

/// <summary>The node's own store, whose reads fail on command.</summary>
internal sealed class BrokenReads : IReadStore
{
    private Func<IReadStore> _inner = null!;

    public bool AreBroken { get; set; }

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

    public ValueTask<DbConnection> OpenReadAsync(CancellationToken cancellationToken) =>
        AreBroken ? throw new JournalUnavailableException("The store cannot be read.", null) : _inner().OpenReadAsync(cancellationToken);
}
