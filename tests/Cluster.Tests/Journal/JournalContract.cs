using Cluster.Journal;

namespace Cluster.Tests.Journal;

/// <summary>
/// What every journal must do. Each chapter is an abstract class that a store's tests inherit, so that nothing is tested
/// for one store only. Every test has a store of its own, open and with the tables of <see cref="Samples"/>.
/// </summary>
public abstract class JournalContract : IAsyncLifetime
{
    private OpenStore? _open;

    protected IJournalStore Store { get; private set; } = null!;

    protected IJournal Journal => _open!.Journal;

    protected IReadStore Reads => _open!.Reads;

    /// <summary>A new, empty store that nobody has opened.</summary>
    protected abstract Task<IJournalStore> CreateStoreAsync();

    public async Task InitializeAsync()
    {
        await UseNewStoreAsync();
        await OpenAsync();
    }

    public async Task DisposeAsync()
    {
        await CloseAsync();
        await Store.DisposeAsync();
    }

    protected async Task UseNewStoreAsync()
    {
        _open = null;
        Store = await CreateStoreAsync();
    }

    protected async Task OpenAsync() => _open = await Store.OpenAsync(Samples.Schema(Store));

    protected async Task CloseAsync()
    {
        if (_open is not null)
            await _open.DisposeAsync();
    }

    protected async Task ReopenAsync()
    {
        await CloseAsync();
        await OpenAsync();
    }
}
