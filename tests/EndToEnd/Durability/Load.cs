using System.Collections.Concurrent;
using System.Net.Http.Json;
using EndToEnd.Kit;

namespace EndToEnd.Durability;

/// <summary>What one submission was and what its client heard.</summary>
/// <param name="Accepted">Null when no answer, or a refusal, came: the client knows nothing, or that nothing was stored.</param>
internal sealed record Submission(int Number, SavedWorkflow Workflow, Accepted? Accepted, bool Refused);

/// <summary>A steady stream of webhooks. Nothing is ever sent twice: each number is one submission.</summary>
internal sealed class Load(Site site, IReadOnlyList<SavedWorkflow> workflows, TimeSpan every) : IAsyncDisposable
{
    private const int InFlight = 16;
    private readonly ConcurrentBag<Submission> _submissions = [];
    private readonly SemaphoreSlim _slots = new(InFlight);
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    public IReadOnlyCollection<Submission> Submissions => _submissions;

    public void Start() => _running = RunAsync();

    /// <summary>Ends when every submission has had its answer or its failure.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _running;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _slots.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        var sent = new List<Task>();
        using var timer = new PeriodicTimer(every);
        for (var number = 1; !_stop.IsCancellationRequested; number++)
        {
            await _slots.WaitAsync();
            sent.Add(SubmitAsync(number, workflows[number % workflows.Count]));
            await timer.WaitForNextTickAsync();
        }

        await Task.WhenAll(sent);
    }

    private async Task SubmitAsync(int number, SavedWorkflow workflow)
    {
        Accepted? accepted = null;
        var refused = false;
        try
        {
            using var answer = await site.Api.PostWebhookAsync(workflow, JsonContent.Create(new { n = number }));
            refused = !answer.IsSuccessStatusCode;
            if (!refused) accepted = ApiClient.AcceptedOf(answer);
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or ObjectDisposedException)
        {
            // The node died before it answered: whether it stored the submission is not known.
        }
        finally
        {
            _submissions.Add(new Submission(number, workflow, accepted, refused));
            _slots.Release();
        }
    }
}
