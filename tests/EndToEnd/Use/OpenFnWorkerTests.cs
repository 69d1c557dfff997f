using EndToEnd.Kit;
using Xunit.Abstractions;

namespace EndToEnd.Use;

/// <summary>A node whose only worker speaks OpenFn's protocol through the Phoenix client that OpenFn's worker uses.</summary>
public sealed class OpenFnWorkerTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const string Secret = "open-sesame-marker";
    private readonly Site _site = new(("CLUSTER__WORKER__ENABLED", "false"));
    private NodeProcess _worker = null!;

    public async Task InitializeAsync()
    {
        await _site.StartAsync();
        _worker = NodeProcess.StartProgram(
            "node",
            ["--experimental-vm-modules", "--no-warnings", Path.Combine(Repository.Root, "tests", "Worker", "openfn", "stand-in.js")],
            new Dictionary<string, string>
            {
                ["LIGHTNING_URL"] = new UriBuilder(_site.Api.Address) { Scheme = "ws", Path = "/worker" }.Uri.ToString(),
                ["WORKER_SECRET"] = _site.WorkerSecret,
                ["PUBLIC_KEY"] = Convert.ToBase64String(await File.ReadAllBytesAsync(Path.Combine(_site.DataFolder, "keys", "run-token.pub"))),
            });
        Assert.NotNull(await _worker.Output.LineAsync("joined").WaitAsync(Until.Bound));
    }

    public async Task DisposeAsync()
    {
        output.WriteLine(_worker.Output.Text + "\n" + _worker.Errors.Text);
        _site.WriteLog(output);
        await _worker.DisposeAsync();
        await _site.DisposeAsync();
    }

    [Fact]
    public async Task It_executes_a_workflow_with_a_failing_job_and_a_credential()
    {
        var project = await _site.Api.CreateProjectAsync("openfn");
        var credential = await _site.Api.CreateCredentialAsync("dhis2", new { password = Secret, blank = "" }, project);
        var workflow = await _site.Api.SaveWorkflowAsync(project, Document(credential));

        var accepted = await _site.Api.SubmitAsync(workflow, new { n = 20 });
        var run = await _site.Api.EndOfRunAsync(accepted.RunId);

        Assert.Equal("success", run.State);
        Assert.Equal(["knows 1: ***", "half of it is gone"], (await _site.Api.LogAsync(run.Id)).Select(line => line.Message[0].GetString()));
        Assert.Equal(["success", "fail", "success"], run.Steps!.Select(step => step.ExitReason));
        Assert.Equal("21", (await _site.Api.DataclipAsync(run.OutputDataclipId!.Value)).GetProperty("data").GetProperty("n").ToString());
        Assert.NotNull(await _worker.Output.LineAsync("completed").WaitAsync(Until.Bound));
    }

    [Fact]
    public async Task A_failing_run_fails_and_the_next_one_is_executed_after_the_node_was_restarted()
    {
        var project = await _site.Api.CreateProjectAsync("openfn");
        var failing = await _site.Api.SaveWorkflowAsync(
            project, Workflows.OneStep("failing", "fn(state => { throw new Error('no such clinic'); })"));
        var first = await _site.Api.EndOfRunAsync((await _site.Api.SubmitAsync(failing, new { })).RunId);
        Assert.Equal("failed", first.State);

        _site.Settings["CLUSTER__HTTP__PORT"] = $"{_site.Api.Address.Port}";
        await _site.StopAsync();
        await _site.StartAsync();

        var second = await _site.Api.EndOfRunAsync((await _site.Api.SubmitAsync(failing, new { })).RunId);
        Assert.Equal("failed", second.State);
    }

    private static object Document(Guid credential) => new
    {
        name = "three",
        trigger = new { type = "webhook", enabled = true },
        jobs = new object[]
        {
            new
            {
                name = "load",
                adaptor = Repository.Common,
                credentialId = credential,
                body = "fn(state => { console.log(`knows ${Object.keys(state.configuration).length}: ${state.configuration.password}`); return { ...state, data: { n: state.data.n + 1 } }; })",
            },
            new { name = "send", adaptor = Repository.Common, body = "fn(state => { throw new Error('half of it is gone'); })" },
            new { name = "mend", adaptor = Repository.Common, body = "fn(state => { console.log(Object.values(state.errors)[0].message); return state; })" },
        },
        edges = new object[]
        {
            new { from = "trigger", to = "load" },
            new { from = "load", to = "send", condition = "on_job_success" },
            new { from = "send", to = "mend", condition = "on_job_failure" },
        },
    };
}
