using EndToEnd.Kit;

namespace EndToEnd.Robustness;

/// <summary>The one node that all wrong input of a class is thrown at.</summary>
public sealed class OneNode : IAsyncLifetime
{
    /// <summary>Far above what a node needs, far below what an input could make it take if nothing were bounded.</summary>
    private const long MostResidentBytes = 600L << 20;

    private int _processId;

    internal Site Site { get; } = new(
        ("CLUSTER__LIMITS__RUN_TIMEOUT", "6s"), ("CLUSTER__LIMITS__RUN_MEMORY_MB", "128"));

    internal ApiClient Api => Site.Api;

    internal Guid Project { get; private set; }

    public async Task InitializeAsync()
    {
        await Site.StartAsync();
        _processId = Site.Node.Id;
        Project = await Api.CreateProjectAsync("robust");
    }

    public async Task DisposeAsync() => await Site.DisposeAsync();

    /// <summary>It is the same process as ever, of bounded size, and does its work.</summary>
    internal async Task IsUnharmedAsync()
    {
        Assert.False(Site.Node.HasExited);
        Assert.Equal(_processId, Site.Node.Id);
        await Probe.NormalRunAsync(Api, Project);
        Assert.InRange(ProcessTable.ResidentBytes(_processId), 0, MostResidentBytes);
        Assert.DoesNotContain("Unhandled failure", Site.Log, StringComparison.Ordinal);
    }
}
