using Api.ReadModels;

namespace Api.Accounts;

/// <summary>Makes and shows the setup token before the node serves, unless the cluster has been set up.</summary>
internal sealed class SetupOffer(AccountQueries accounts, SetupToken token) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (!await accounts.AnyAsync(cancellationToken)) token.Offer(Console.Out);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
