using System.Data.Common;
using System.Net;
using System.Net.Http.Headers;
using Cluster.Journal;
using Dapper;

namespace Cluster.Benchmarks.Rotation;

/// <summary>How long runs took from their acceptance to their end, by the clocks of the nodes.</summary>
internal sealed class RunLatencies(DbConnection connection) : IAsyncDisposable
{
    private static readonly TimeSpan s_pollEvery = TimeSpan.FromMilliseconds(50);

    /// <summary>Waits until all runs that were made in a time have ended.</summary>
    public async Task AllFinalAsync(DateTimeOffset from, DateTimeOffset until, TimeSpan timeout)
    {
        using var limit = new CancellationTokenSource(timeout);
        while (await connection.QuerySingleAsync<bool>($"select exists (select 1 from runs where {Within} and finished_at is null)", Times(from, until)))
        {
            if (limit.IsCancellationRequested)
                throw new BenchFailedException($"runs are not final after {timeout.TotalSeconds:0} s");
            await Task.Delay(s_pollEvery, CancellationToken.None);
        }
    }

    /// <summary>In milliseconds, of the runs that were made in a time.</summary>
    public Task<(double P50, double P99)> OfAsync(DateTimeOffset from, DateTimeOffset until) =>
        connection.QuerySingleAsync<(double, double)>(
            $"""
            select percentile_cont(0.5) within group (order by (finished_at - created_at) / 1000.0),
                percentile_cont(0.99) within group (order by (finished_at - created_at) / 1000.0)
            from runs where {Within} having count(*) > 0
            """,
            Times(from, until));

    /// <summary>The input of the first run is still readable.</summary>
    public async Task OldestOpensAsync(Uri node, string token)
    {
        var clip = await connection.QuerySingleAsync<Guid>("select input_dataclip_id from runs order by created_at limit 1");
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var answer = await http.GetAsync(new Uri(node, $"/v1/dataclips/{clip}/body"));
        if (answer.StatusCode != HttpStatusCode.OK)
            throw new BenchFailedException($"an input of before the rotation is answered with {(int)answer.StatusCode}");
    }

    public ValueTask DisposeAsync() => connection.DisposeAsync();

    private const string Within = "created_at >= @from and created_at < @until";

    private static object Times(DateTimeOffset from, DateTimeOffset until) =>
        new { from = StoredTime.ToMicroseconds(from), until = StoredTime.ToMicroseconds(until) };
}
