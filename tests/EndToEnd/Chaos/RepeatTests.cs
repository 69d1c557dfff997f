using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using EndToEnd.Kit;
using Xunit.Abstractions;

namespace EndToEnd.Chaos;

/// <summary>Callers that do not hear their answers and ask again, at any node, while nodes die.</summary>
public sealed class RepeatTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const int Callers = 24;
    private const int AnswersPerKey = 3;
    private readonly ConcurrentDictionary<string, ConcurrentBag<string>> _answers = new();
    private ClusterSite? _site;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_site is null) return;
        _site.WriteLog(output);
        await _site.DisposeAsync();
    }

    [Fact]
    public async Task Each_key_makes_one_work_order_however_often_it_is_sent_and_whichever_nodes_die()
    {
        _site = await ClusterSite.StartedAsync(3, isLastClockFake: false, ("CLUSTER__WORKER__ENABLED", "false"));
        using var api = _site.ApiOf(_site.Nodes[0]);
        var project = await api.CreateProjectAsync("orders");
        var workflow = await api.SaveWorkflowAsync(project, Workflows.OneStep("any", "fn(state => state)"));
        using var stop = new CancellationTokenSource();
        var callers = Enumerable.Range(0, Callers).Select(caller => CallAsync(caller, project, workflow.Id, stop.Token)).ToArray();

        foreach (var node in _site.Nodes.Take(2))
        {
            await WaitForKeysAsync(100);
            node.Process.KillAll();
            await node.Process.ExitCodeAsync(Until.Bound);
            await WaitForKeysAsync(100);
            await node.StartAsync();
            await _site.SettledAsync();
        }

        await stop.CancelAsync();
        await Task.WhenAll(callers);

        Assert.All(_answers.Values, answers => Assert.Single(answers.Distinct()));
        var stored = await _site.Database.RowsAsync("select id from work_orders", static row => row.GetGuid(0));
        output.WriteLine($"{_answers.Count} keys, {_answers.Values.Sum(answers => answers.Count)} answers, {stored.Count} work orders");
        var acknowledged = _answers.Values.Select(answers => answers.First()).ToHashSet();
        Assert.Equal(_answers.Count, acknowledged.Count);
        Assert.Subset(stored.Select(id => id.ToString()).ToHashSet(), acknowledged);

        // A caller that was stopped may have made a work order of which it has not heard: one at most.
        Assert.InRange(stored.Count, acknowledged.Count, acknowledged.Count + Callers);
    }

    private Task WaitForKeysAsync(int more)
    {
        var wanted = _answers.Count + more;
        return Until.TrueAsync($"{more} more keys are answered", () => _answers.Count >= wanted);
    }

    /// <summary>Sends one key after the other, each several times at once to different nodes, until it has its answers.</summary>
    private async Task CallAsync(int caller, Guid project, Guid workflow, CancellationToken stop)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        for (var number = 0; !stop.IsCancellationRequested; number++)
        {
            var key = $"caller-{caller}-{number}";
            while (!stop.IsCancellationRequested && (!_answers.TryGetValue(key, out var answers) || answers.Count < AnswersPerKey))
            {
                await Task.WhenAll(_site!.Nodes.Select(node => SendAsync(http, node, project, workflow, key)));
            }
        }
    }

    private async Task SendAsync(HttpClient http, ClusterNode node, Guid project, Guid workflow, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(node.Address, $"/v1/projects/{project}/work-orders"))
        {
            Content = JsonContent.Create(new { workflowId = workflow, input = new { key } }),
        };
        request.Headers.Authorization = new("Bearer", _site!.Token);
        request.Headers.Add("Idempotency-Key", key);
        try
        {
            using var answer = await http.SendAsync(request);
            if (answer.StatusCode != HttpStatusCode.Accepted)
            {
                Assert.True((int)answer.StatusCode is 503 or 504, await answer.Content.ReadAsStringAsync());
                return;
            }

            var accepted = await answer.Content.ReadFromJsonAsync<Accepted>();
            _answers.GetOrAdd(key, static _ => []).Add(accepted!.WorkOrderId.ToString());
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException or IOException)
        {
            // The node is gone, or silent: the caller asks again.
        }
    }
}
