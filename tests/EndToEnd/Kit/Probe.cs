namespace EndToEnd.Kit;

/// <summary>Shows that a node still does what it is for.</summary>
internal static class Probe
{
    /// <summary>The node says that it is ready and executes a run of an ordinary workflow to success.</summary>
    public static async Task NormalRunAsync(ApiClient api, Guid project)
    {
        Assert.True(await api.IsReadyAsync());
        var workflow = await api.SaveWorkflowAsync(project, Workflows.OneStep(
            "probe-" + Guid.NewGuid().ToString("N"), "fn(state => ({ ...state, data: { doubled: state.data.x * 2 } }))"));
        var accepted = await api.SubmitAsync(workflow, new { x = 21 });
        var run = await api.EndOfRunAsync(accepted.RunId);
        Assert.Equal("success", run.State);
        var final = await api.DataclipAsync(run.OutputDataclipId!.Value);
        Assert.Equal(42, final.GetProperty("data").GetProperty("doubled").GetInt32());
    }
}
