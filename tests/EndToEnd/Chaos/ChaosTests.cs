using System.Globalization;
using EndToEnd.Chaos.Checkers;
using EndToEnd.Chaos.Faults;
using EndToEnd.Kit;
using Xunit.Abstractions;

namespace EndToEnd.Chaos;

/// <summary>Three nodes on one PostgreSQL under load while everything fails that can, one thing after the other.</summary>
public sealed class ChaosTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const string SeedVariable = "CLUSTER_TEST_SEED";
    private const string MinutesVariable = "CLUSTER_CHAOS_MINUTES";
    private const string ReportVariable = "CLUSTER_CHAOS_REPORT";
    private const int Nodes = 3;
    private static readonly TimeSpan s_failureTimeout = TimeSpan.FromSeconds(8);
    private ClusterSite _site = null!;

    /// <remarks>Faults come so often here that a few runs are hit again and again: no limit may end them as lost.</remarks>
    public async Task InitializeAsync() => _site = await ClusterSite.StartedAsync(
        Nodes,
        isLastClockFake: true,
        ("CLUSTER__WORKER__CAPACITY", "2"),
        ("CLUSTER__RUNS__MAX_ATTEMPTS", "1000"),
        ("CLUSTER__MEMBER__SESSION_TIMEOUT", "4s"),
        ("CLUSTER__MEMBER__FAILURE_TIMEOUT", $"{s_failureTimeout.TotalSeconds}s"));

    public async Task DisposeAsync()
    {
        _site.WriteLog(output);
        await _site.DisposeAsync();
    }

    [Fact]
    public async Task Nothing_is_lost_doubled_or_reversed_whatever_fails()
    {
        var seed = Number(SeedVariable) ?? Random.Shared.Next();
        Write($"{SeedVariable}={seed}");
        await using var run = await ChaosRun.BeginAsync(_site);
        var saboteur = new Saboteur(_site, seed, s_failureTimeout, Write);

        await saboteur.RunAsync(TimeSpan.FromMinutes(Number(MinutesVariable) ?? 0));
        var findings = await run.EndAsync();

        run.Report(saboteur, Write);
        foreach (var finding in findings.All.Take(100)) Write("  " + finding);
        Write(findings.ToString());
        Assert.True(findings.AreNone, findings.ToString());
        await AssertForgeryIsSeenAsync();
    }

    /// <summary>The books that found nothing would have found something.</summary>
    private async Task AssertForgeryIsSeenAsync()
    {
        await Evidence.ForgeAppendAsync(_site.Database);
        var evidence = await Evidence.ReadAsync(_site.Database, await _site.OpenerAsync());
        Assert.False(WriterChecker.Check(evidence.Audit, evidence.Journal).AreNone);
    }

    private void Write(string line)
    {
        output.WriteLine(line);
        if (Environment.GetEnvironmentVariable(ReportVariable) is { Length: > 0 } file) File.AppendAllText(file, line + "\n");
    }

    private static int? Number(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;
}
