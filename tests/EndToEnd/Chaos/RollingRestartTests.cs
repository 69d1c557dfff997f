using EndToEnd.Kit;
using Xunit.Abstractions;

namespace EndToEnd.Chaos;

/// <summary>Every node is replaced in turn while clients work.</summary>
public sealed class RollingRestartTests(ITestOutputHelper output) : IAsyncLifetime
{
    private static readonly TimeSpan s_stopBound = TimeSpan.FromMinutes(3);
    private ClusterSite _site = null!;

    /// <remarks>Nothing is to be found dead here, however busy the machine is.</remarks>
    public async Task InitializeAsync() => _site = await ClusterSite.StartedAsync(
        3,
        isLastClockFake: false,
        ("CLUSTER__WORKER__CAPACITY", "2"),
        ("CLUSTER__MEMBER__SESSION_TIMEOUT", "20s"),
        ("CLUSTER__MEMBER__FAILURE_TIMEOUT", "40s"));

    public async Task DisposeAsync()
    {
        _site.WriteLog(output);
        await _site.DisposeAsync();
    }

    [Fact]
    public async Task A_rolling_restart_under_load_fails_no_call_that_cannot_be_repeated()
    {
        await using var run = await ChaosRun.BeginAsync(_site);
        await Task.Delay(TimeSpan.FromSeconds(3));

        foreach (var node in _site.Nodes)
        {
            node.Process.Terminate();
            Assert.Equal(0, await node.Process.ExitCodeAsync(s_stopBound));
            await node.StartAsync();
            await _site.SettledAsync();
        }

        await Task.Delay(TimeSpan.FromSeconds(3));
        var findings = await run.EndAsync();

        run.Report(null, output.WriteLine);
        Assert.True(findings.AreNone, string.Join('\n', findings.All));
        Assert.Empty(run.Orders.Failures.Keys.Except(["503"]));
        Assert.Empty(run.Registers.Failures.Keys.Except(["503", "412"]));
    }
}
