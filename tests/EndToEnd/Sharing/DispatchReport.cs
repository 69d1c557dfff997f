using System.Diagnostics;
using System.Text;
using EndToEnd.Kit;

namespace EndToEnd.Sharing;

/// <summary>Why runs still wait: what the database says of them, and what every node says of its queues.</summary>
internal static class DispatchReport
{
    private static readonly TimeSpan s_every = TimeSpan.FromSeconds(10);

    /// <summary>Waits for the end of all runs.</summary>
    /// <exception cref="TimeoutException">With a report in its message.</exception>
    public static async Task DrainedAsync(ClusterSite site, TimeSpan within, IEnumerable<Guid> limited)
    {
        var began = Stopwatch.GetTimestamp();
        var progress = new StringBuilder();
        var noted = TimeSpan.MinValue;
        try
        {
            await Until.TrueAsync("all runs have ended", async () =>
            {
                var open = await OpenAsync(site);
                var now = Stopwatch.GetElapsedTime(began);
                if (noted != TimeSpan.MinValue && now - noted < s_every) return open == 0;
                noted = now;
                progress.AppendLine($"{now.TotalSeconds:0} s: {open} runs have not ended");
                return open == 0;
            }, within);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message}\n{progress}{await OfAsync(site, limited)}", e);
        }
    }

    private static async Task<long> OpenAsync(ClusterSite site) => (await site.Database.RowsAsync(
        "SELECT count(*) FROM runs WHERE status IN ('available', 'claimed', 'started')", row => row.GetInt64(0)))[0];

    private static async Task<string> OfAsync(ClusterSite site, IEnumerable<Guid> limited)
    {
        var report = new StringBuilder();
        var names = site.Nodes.ToDictionary(node => node.Id, node => node.Name);
        var owners = await site.Database.OwnersAsync() ?? [];
        var open = await site.Database.RowsAsync(
            "SELECT project_id, workflow_id, status, shard FROM runs WHERE status IN ('available', 'claimed', 'started')",
            row => (Project: row.GetGuid(0), Workflow: row.GetGuid(1), Status: row.GetString(2), Owner: names.GetValueOrDefault(owners[row.GetInt32(3)], "?")));
        foreach (var group in open.CountBy(run => run).OrderBy(group => group.Key))
            report.AppendLine($"project {group.Key.Project}, workflow {group.Key.Workflow}: {group.Value} {group.Key.Status} at {group.Key.Owner}");
        foreach (var line in await site.Database.RowsAsync(
            "SELECT run, string_agg(to_char(noted, 'HH24:MI:SS.MS') || ' ' || status, ', ' ORDER BY number) FROM status_book "
            + "WHERE run IN (SELECT id FROM runs WHERE status IN ('available', 'claimed', 'started') ORDER BY created_at LIMIT 20) GROUP BY run",
            row => $"run {row.GetGuid(0)}: {row.GetString(1)}")) report.AppendLine(line);
        foreach (var node in site.Nodes.Where(node => node.IsRunning))
        {
            using var api = site.ApiOf(node);
            report.AppendLine($"{node.Name}: {await TextAsync(api, "/v1/cluster")}");
            foreach (var project in limited) report.AppendLine($"{node.Name}: load of {project}: {await TextAsync(api, $"/v1/projects/{project}/load")}");
        }

        return report.ToString();
    }

    private static async Task<string> TextAsync(ApiClient api, string path)
    {
        try
        {
            return await api.TextAsync(path);
        }
        catch (HttpRequestException e)
        {
            return e.Message;
        }
    }
}
