using System.Net;
using Actors.Runs;
using Api.Tests.Fixtures;

namespace Api.Tests.Unstored;

internal static class UnstoredGiven
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    public static async Task PolicyAsync(this TestNode node, Guid project, string policy) =>
        (await node.Client.CallAsync(HttpMethod.Patch, $"/v1/projects/{project}", $$"""{"retentionPolicy":"{{policy}}"}""", ifMatch: "*"))
            .MustBe(HttpStatusCode.OK);

    public static async Task<Guid> UnstoredProjectAsync(this TestNode node)
    {
        var project = await node.ProjectAsync();
        await node.PolicyAsync(project, "erase_all");
        return project;
    }

    public static async Task<RunState> UntilAsync(this TestNode node, Guid run, Func<RunState, bool> condition)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (true)
        {
            var state = await node.StateAsync(run);
            if (condition(state)) return state;
            await Task.Delay(50, limit.Token);
        }
    }

    public static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (!await condition()) await Task.Delay(100, limit.Token);
    }
}
