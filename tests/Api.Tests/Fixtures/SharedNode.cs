using Api.Hosting;

namespace Api.Tests.Fixtures;

/// <summary>One node for all tests of a class; each makes its own project.</summary>
public class SharedNode : IAsyncLifetime
{
    public SharedNode()
    {
    }

    private protected SharedNode(StoreType store) => Store = store;

    private StoreType Store { get; }

    public TestNode Node { get; private set; } = null!;

    public async Task InitializeAsync() => Node = await AnyStore.StartAsync(Store);

    public async Task DisposeAsync() => await Node.DisposeAsync();
}

/// <summary>The same on PostgreSQL.</summary>
public sealed class SharedPostgresNode() : SharedNode(StoreType.Postgres);
