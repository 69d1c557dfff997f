using System.Diagnostics;
using System.Net;
using Actors;
using Actors.Audit;
using Api.Audit;
using Api.Hosting;
using Api.Tests.Fixtures;
using Cluster.Entities;
using Cluster.Journal;
using Cluster.Kit;
using Microsoft.Extensions.DependencyInjection;
using Xunit.Abstractions;

namespace Api.Tests.Audit;

/// <summary>A long trail: it comes as a stream in the order of the chain, and can be checked without the cluster.</summary>
public sealed class ExportTests(ITestOutputHelper output)
{
    private const int Entries = 50_000;

    [Theory]
    [InlineData(StoreType.Sqlite)]
    [InlineData(StoreType.Postgres)]
    internal async Task A_long_trail_is_chained_verified_and_exported_in_bounded_memory(StoreType store)
    {
        await using var node = await AuditNode.StartAsync(store);
        var watch = Stopwatch.StartNew();
        await FillAsync(node.Node);
        await node.ChainedAsync();
        output.WriteLine($"chained {Entries} after {watch.Elapsed}");

        watch.Restart();
        var report = await node.VerifyAsync();
        output.WriteLine($"verified {report.GetProperty("checked")} in {watch.Elapsed}");
        Assert.True(report.GetProperty("ok").GetBoolean(), report.ToString());

        GC.Collect();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var (lines, bytes, most) = await CountAsync(node.Client, AuditCsv.MediaType);
        output.WriteLine($"csv: {lines} lines, {bytes} bytes, {(most - before) >> 20} MB more at most");
        Assert.InRange(lines, Entries + 1, Entries + 20);
        Assert.InRange(most - before, long.MinValue, bytes);
    }

    [Fact]
    public async Task An_export_and_its_checkpoints_are_checked_without_the_cluster()
    {
        await using var node = await AuditNode.StartAsync(StoreType.Sqlite);
        for (var i = 0; i < 20; i++) await node.Node.ProjectAsync($"p-{i}");
        await AuditNode.UntilAsync(async () => await node.CountAsync("select count(*) from audit_checkpoints") > 0);
        await node.ChainedAsync();
        using var folder = new TempFolder();
        var (trail, points) = (folder.File("audit.ndjson"), folder.File("checkpoints.json"));
        await File.WriteAllTextAsync(points, (await node.Client.GetAsync("/v1/audit/checkpoints", null)).MustBe(HttpStatusCode.OK).Text);
        var lines = (await node.Client.GetAsync("/v1/audit", AuditExport.JsonLines)).MustBe(HttpStatusCode.OK).Text;
        await File.WriteAllTextAsync(trail, lines);
        Assert.Equal((0, true), await CheckAsync(trail, points));

        await File.WriteAllTextAsync(trail, lines.Replace("\"p-3\"", "\"p-4\"", StringComparison.Ordinal));
        Assert.Equal((1, false), await CheckAsync(trail, points));
        var split = lines.Split('\n');
        await File.WriteAllTextAsync(trail, string.Join('\n', split.Where((_, i) => i != 5)));
        Assert.Equal((1, false), await CheckAsync(trail, points));
    }

    private static async Task<(int Code, bool IsClean)> CheckAsync(string trail, string points)
    {
        var tool = RepositoryFiles.At("tools/verify-audit.js");
        using var process = Process.Start(new ProcessStartInfo("node", [tool, trail, points]) { RedirectStandardOutput = true })!;
        var text = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, text.Contains(" 0 problems", StringComparison.Ordinal));
    }

    /// <summary>Through the journal itself, many to a transaction.</summary>
    private static async Task FillAsync(TestNode node)
    {
        var (journal, audit) = (node.Services.GetRequiredService<IJournal>(), node.Services.GetRequiredService<AuditRows>());
        var entity = new EntityRef(EntityTypes.AuditLog, node.Entities.NewLocalId());
        for (var first = 0; first < Entries; first += 1_000)
        {
            var rows = new RowBatch();
            for (var i = first; i < first + 1_000; i++)
            {
                audit.Add(rows, new AuditEntry(
                    Guid.CreateVersion7(), DateTimeOffset.UtcNow, new AuditActor(ActorKind.User, Guid.NewGuid()),
                    new AuditFact(AuditActions.RunCancelled) { ItemType = "run", ItemId = Guid.NewGuid(), Details = "{\"n\":" + i + "}" }));
            }

            await journal.AppendAsync(
                [new AppendUnit(entity, Cluster.Sharding.ShardMap.ShardOf(entity.Id), 1, [], rows.Changes, null)], DateTimeOffset.UtcNow, CancellationToken.None);
        }
    }

    private static async Task<(int Lines, long Bytes, long MostMemory)> CountAsync(HttpClient client, string accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/audit");
        request.Headers.TryAddWithoutValidation("Accept", accept);
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        await using var body = await response.Content.ReadAsStreamAsync();
        var (buffer, lines, bytes, most) = (new byte[1 << 16], 0, 0L, 0L);
        while (await body.ReadAsync(buffer) is var read and > 0)
        {
            lines += buffer.AsSpan(0, read).Count((byte)'\n');
            bytes += read;
            if (bytes % 16 == 0) most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true));
        }

        return (lines, bytes, most);
    }
}
