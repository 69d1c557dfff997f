using Api.Tests.Fixtures;

namespace Api.Tests.Workers;

/// <summary>A node for OpenFn's workers, with short times, and a workflow of two jobs.</summary>
public sealed class OpenFnNode : IAsyncLifetime
{
    public static readonly TimeSpan JoinTimeout = TimeSpan.FromSeconds(5);
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(3);

    public TestNode Node { get; private set; } = null!;

    public Guid Project { get; private set; }

    public Answer Workflow { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Node = await TestNode.StartAsync(settings => settings with
        {
            Worker = settings.Worker with { JoinTimeout = JoinTimeout, LeaseGrace = Grace },
        });
        Project = await Node.ProjectAsync();
        Workflow = await Node.WorkflowAsync(Project);
    }

    public async Task DisposeAsync() => await Node.DisposeAsync();

    public async Task<Guid> SubmitAsync(string input = """{"n":1}""") =>
        (await Node.WorkOrderAsync(Project, Workflow.Id, input)).Run;

    public Task<Answer> RunAsync(Guid run) => Node.Client.GetAsync($"/v1/runs/{run}", null);

    /// <summary>The run as it is when it has that state.</summary>
    public async Task<Answer> UntilAsync(Guid run, string state)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            var read = await RunAsync(run);
            if (read["state"] == state) return read;
            Assert.False(limit.IsCancellationRequested, $"The run does not become {state}: {read.Text}");
            await Task.Delay(50);
        }
    }

    public async Task<string[]> LogAsync(Guid run) =>
        [.. (await Node.Client.GetAsync($"/v1/runs/{run}/logs", null)).Items.Select(line => line.GetProperty("message").ToString())];

    /// <summary>Claims whatever other tests have left, so that the next run is the next one.</summary>
    internal async Task<(OpenFnClient Worker, ClaimedRun Run)> TakeAsync()
    {
        var id = await SubmitAsync();
        var worker = await OpenFnClient.ReadyAsync(Node);
        return (worker, await TakeAsync(worker, id));
    }

    /// <summary>Claims until it is that run, ends the others, and joins.</summary>
    internal static async Task<ClaimedRun> TakeAsync(OpenFnClient worker, Guid id)
    {
        while (true)
        {
            var run = await worker.TakeAsync();
            if (run.Id == id) return run;
            await worker.OkAsync(run, "run:complete", OpenFnEvent.Complete());
        }
    }
}
