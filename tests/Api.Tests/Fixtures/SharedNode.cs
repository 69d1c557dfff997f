namespace Api.Tests.Fixtures;

/// <summary>One node for all tests of a class; each makes its own project.</summary>
public sealed class SharedNode : IAsyncLifetime
{
    public TestNode Node { get; private set; } = null!;

    public async Task InitializeAsync() => Node = await TestNode.StartAsync();

    public async Task DisposeAsync() => await Node.DisposeAsync();
}
