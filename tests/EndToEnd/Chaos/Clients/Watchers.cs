using System.Collections.Concurrent;
using System.Net.Http.Json;
using EndToEnd.Kit;

namespace EndToEnd.Chaos.Clients;

/// <summary>Clients that look at acknowledged runs again and again, each time through another node.</summary>
internal sealed class Watchers(Front front, Orders orders, int clients)
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(200);
    private readonly ConcurrentDictionary<int, List<Sighting>> _sightings = new();

    public IEnumerable<IReadOnlyList<Sighting>> Sightings => _sightings.Values;

    public Task RunAsync(CancellationToken stop) =>
        Task.WhenAll(Enumerable.Range(0, clients).Select(client => RunAsync(_sightings.GetOrAdd(client, []), stop)));

    private async Task RunAsync(List<Sighting> seen, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            // Mostly recent ones, which change; now and then an old one, which must not.
            Guid[] runs = [.. orders.Calls.Select(call => call.Run).OfType<Guid>()];
            if (runs.Length > 0)
            {
                var back = Random.Shared.Next(5) == 0 ? runs.Length : Math.Min(runs.Length, 10);
                await LookAsync(runs[^(1 + Random.Shared.Next(back))], seen);
            }

            await Task.Delay(s_pause, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task LookAsync(Guid run, List<Sighting> seen)
    {
        var path = new Uri($"/v1/runs/{run}", UriKind.Relative);
        using var answer = await front.SendAsync(() => new HttpRequestMessage(HttpMethod.Get, path));
        if (answer is not { IsSuccessStatusCode: true }) return;
        var view = (await answer.Content.ReadFromJsonAsync<RunView>())!;
        seen.Add(new Sighting(run, view.State, view.Attempt));
    }
}
