using System.Text.Encodings.Web;
using System.Text.Json;
using Actors.Runs;
using Api.Tests.Fixtures;

namespace Api.Tests.History;

/// <summary>What a run of the jobs <c>load</c> and <c>send</c> left behind.</summary>
/// <param name="Between">Output of the first and input of the second step.</param>
internal sealed record Played(Guid WorkOrder, Guid Run, Guid LoadStep, Guid SendStep, Guid Between);

internal static class Play
{
    private static readonly DateTimeOffset At = DateTimeOffset.UnixEpoch.AddYears(55);

    /// <summary>Submits, and plays a worker whose second step ends for that reason.</summary>
    public static async Task<Played> PlayAsync(
        this TestNode node, Guid project, Answer workflow, string input = "{}", ExitReason end = ExitReason.Fail, string log = "sending")
    {
        var (order, run) = await node.WorkOrderAsync(project, workflow.Id, input);
        var clip = (await node.Client.GetAsync($"/v1/runs/{run}", null)).Json.GetProperty("inputDataclipId").GetGuid();
        var played = new Played(order, run, Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7());
        await node.ClaimAsync(run);
        await node.ReportAsync(
            run,
            0,
            new RunReport.Start(At, null),
            new RunReport.StepStart(At, played.LoadStep, workflow.JobId(), clip),
            new RunReport.StepComplete(
                At.AddSeconds(1), played.LoadStep, workflow.JobId(), ExitReason.Success, null, null,
                Given.Body(played.Between, """{"data":{"loaded":true}}"""), false, 1000, 2000),
            new RunReport.StepStart(At.AddSeconds(2), played.SendStep, workflow.JobId(1), played.Between),
            Given.Log(At.AddSeconds(2), $"""["{JsonEncodedText.Encode(log, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}"]""", played.SendStep),
            new RunReport.StepComplete(
                At.AddSeconds(3), played.SendStep, workflow.JobId(1), end, end == ExitReason.Success ? null : "JobError", null,
                null, false, 1000, 2000),
            new RunReport.Complete(At.AddSeconds(3), end, null, null, null, null));
        return played;
    }

    public static Task<Answer> RetryAsync(this TestNode node, Guid run, string? body = null) =>
        node.Client.CallAsync(HttpMethod.Post, $"/v1/runs/{run}:retry", body);

    public static async Task<Answer> EndAsync(this TestNode node, Guid operation)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            var read = await node.Client.GetAsync($"/v1/bulk-operations/{operation}", null);
            if (read["state"] != "running") return read;
            await Task.Delay(20, patience.Token);
        }
    }
}
