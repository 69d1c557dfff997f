using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Json;
using EndToEnd.Kit;

namespace EndToEnd.Chaos.Clients;

/// <summary>Submits work orders at a steady rate. Each input has a marker of its own and is sent once.</summary>
internal sealed class Orders(Front front, IReadOnlyList<SavedWorkflow> workflows, TimeSpan every)
{
    private const int MostInFlight = 128;
    private readonly ConcurrentQueue<OrderCall> _calls = new();
    private readonly SemaphoreSlim _slots = new(MostInFlight);

    public IReadOnlyCollection<OrderCall> Calls => _calls;

    /// <summary>Statuses of answers that were no success, and "none" where there was no answer.</summary>
    public ConcurrentDictionary<string, int> Failures { get; } = new();

    /// <summary>Runs until it is cancelled and every call has ended.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        var sent = new List<Task>();
        using var timer = new PeriodicTimer(every);
        try
        {
            for (var number = 1; ; number++)
            {
                await timer.WaitForNextTickAsync(stop);
                await _slots.WaitAsync(stop);
                sent.Add(SubmitAsync($"order-{number}", workflows[number % workflows.Count]));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(sent);
        }
    }

    private async Task SubmitAsync(string marker, SavedWorkflow workflow)
    {
        var began = Stopwatch.GetTimestamp();
        var path = new Uri($"/i/{workflow.TriggerId}", UriKind.Relative);
        using var answer = await front.SendAsync(() => new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = JsonContent.Create(new { marker }),
        });
        var heard = Front.Heard(answer);
        var accepted = heard == Heard.Done ? ApiClient.AcceptedOf(answer!) : null;
        if (heard != Heard.Done) Failures.AddOrUpdate(answer is null ? "none" : $"{(int)answer.StatusCode}", 1, (_, count) => count + 1);
        _calls.Enqueue(new OrderCall(marker, heard, accepted?.WorkOrderId, accepted?.RunId, began, Stopwatch.GetTimestamp()));
        _slots.Release();
    }
}
