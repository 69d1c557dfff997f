using EndToEnd.Kit;
using Xunit.Abstractions;

namespace EndToEnd.Robustness;

/// <summary>Jobs that do what they should not. Each ends in the state that the protocol names; nothing else suffers.</summary>
public sealed class WrongJobTests(OneNode node, ITestOutputHelper output) : IClassFixture<OneNode>, IAsyncLifetime
{
    private const string Wait = "await new Promise(r => setTimeout(r, 300));";

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        node.Site.WriteLog(output);
        await node.IsUnharmedAsync();
    }

    [Theory]
    [InlineData("fn(() => { for (;;) {} })", "killed", "TimeoutError")]
    [InlineData("fn(() => new Promise(() => setInterval(() => {}, 10)))", "killed", "TimeoutError")]
    [InlineData("fn(() => { const all = []; for (;;) all.push(new Array(1e5).fill(all.length)); })", "killed", "OOMError")]
    [InlineData("fn(async () => { const all = []; for (;;) { all.push(Buffer.alloc(9e7, 1)); " + Wait + " } })", "killed", "OOMError")]
    [InlineData("fn(s => ({ ...s, data: 'x'.repeat(6e7) }))", "killed", "StateTooLargeError")]
    [InlineData("fn(() => { eval('1'); })", "killed", "SecurityError")]
    [InlineData("fn(() => { setTimeout.constructor('return process')().exit(3); })", "killed", "SecurityError")]
    [InlineData("fn(() => { (async () => {}).constructor('return process')(); })", "killed", "SecurityError")]
    [InlineData("fn(async s => { setTimeout(() => { throw new Error('x'); }, 9); " + Wait + " })", "crashed", "ExecutionError")]
    [InlineData("fn(async s => { setTimeout(() => Promise.reject('x'), 9); " + Wait + " })", "crashed", "ExecutionError")]
    [InlineData("fn(() => unknownThing)", "crashed", "RuntimeCrash")]
    [InlineData("fn(s => { s. = 1 })", "crashed", "CompileError")]
    [InlineData("import fs from 'node:fs'; fn(s => s)", "crashed", "ImportError")]
    [InlineData("fn(() => { throw 'a text'; })", "failed", "JobError")]
    [InlineData("fn(() => { throw 7; })", "failed", "JobError")]
    [InlineData("fn(() => { throw { severity: 'banana', name: 42, message: {} }; })", "failed", "JobError")]
    [InlineData("fn(() => { throw null; })", "failed", null)]
    [InlineData("fn(() => { throw undefined; })", "failed", null)]
    [InlineData("fn(() => Promise.reject())", "failed", null)]
    [InlineData("fn(() => { const again = () => again(); again(); })", "failed", null)]
    [InlineData("fn(() => ({ big: 10n }))", "failed", "StateSerializationError")]
    public async Task A_job_that_goes_wrong_ends_its_own_run(string body, string state, string? errorType)
    {
        var run = await RunAsync(body);

        Assert.Equal(state, run.State);
        if (errorType is not null) Assert.Equal(errorType, run.ErrorType);
        Assert.All(run.Steps!, step => Assert.NotNull(step.ExitReason));
        Assert.Equal(state, (await node.Api.WorkOrderAsync(run.WorkOrderId)).State);
    }

    [Theory]
    [InlineData("fn(() => 42)", "42")]
    [InlineData("fn(() => 'text')", "\"text\"")]
    [InlineData("fn(() => [1, null])", "[1,null]")]
    [InlineData("fn(() => { const o = { n: 1 }; o.self = o; return o; })", """{"n":1,"self":"[Circular]"}""")]
    [InlineData("fn(() => ({ f: () => 1, u: undefined, d: new Date(0), m: new Map() }))", """{"d":"1970-01-01T00:00:00.000Z","m":{}}""")]
    [InlineData("fn(() => undefined)", null)]
    [InlineData("fn(() => {})", null)]
    [InlineData("fn(s => { setTimeout(() => { throw new Error('late'); }, 300); return { ok: true }; })", """{"ok":true}""")]
    public async Task A_result_of_any_kind_is_a_success(string body, string? final)
    {
        var run = await RunAsync(body);

        Assert.Equal("success", run.State);
        Assert.Equal(final, run.OutputDataclipId is { } id ? (await node.Api.DataclipAsync(id)).GetRawText() : null);
    }

    [Fact]
    public async Task A_result_of_five_megabytes_is_kept_whole()
    {
        var run = await RunAsync("fn(() => ({ data: 'x'.repeat(5e6) }))");

        Assert.Equal("success", run.State);
        var final = await node.Api.DataclipAsync(run.OutputDataclipId!.Value);
        Assert.Equal(5_000_000, final.GetProperty("data").GetString()!.Length);
    }

    [Fact]
    public async Task A_result_beyond_the_payload_limit_is_not_kept_and_the_run_goes_on()
    {
        var run = await RunAsync("fn(() => ({ data: 'x'.repeat(12e6) }))");

        Assert.Equal("success", run.State);
        Assert.Null(run.OutputDataclipId);
    }

    [Fact]
    public async Task A_log_without_end_is_cut_off()
    {
        var run = await RunAsync("fn(s => { for (let i = 0; i < 3e5; i++) console.log(i, 'x'.repeat(100)); return s; })");

        Assert.Equal("success", run.State);
        var lines = await node.Api.LogAsync(run.Id);
        Assert.InRange(lines.Count, 1_000, 11_000);
        Assert.Contains(lines, line => line.Message[0].ToString().Contains("logs too much", StringComparison.Ordinal));
    }

    private async Task<RunView> RunAsync(string body)
    {
        var name = "wrong-" + Guid.NewGuid().ToString("N");
        var workflow = await node.Api.SaveWorkflowAsync(node.Project, Workflows.OneStep(name, body));
        var accepted = await node.Api.SubmitAsync(workflow, new { });
        return await node.Api.EndOfRunAsync(accepted.RunId);
    }
}
