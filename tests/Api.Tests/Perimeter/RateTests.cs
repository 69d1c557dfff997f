using System.Net;
using Api.Perimeter;
using Api.Tests.Fixtures;

namespace Api.Tests.Perimeter;

public sealed class RateTests
{
    [Fact]
    public async Task Who_shows_no_valid_token_is_slowed_down_and_locks_nobody_out()
    {
        await using var node = await StartAsync(new() { AnonymousRate = 1 });
        var refused = await UntilAsync(() => node.Open.GetAsync("/v1/projects", null), 429);

        refused.MustBe(429, "too_many_requests");
        Assert.Equal(TimeSpan.FromSeconds(1), refused.Headers.RetryAfter!.Delta);
        (await node.Open.CallAsync(HttpMethod.Get, "/v1/projects", header: ("Authorization", "Bearer cadm_guess"))).MustBe(429, "too_many_requests");
        (await node.Client.GetAsync("/v1/projects", null)).MustBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Health_and_webhooks_are_not_counted()
    {
        await using var node = await StartAsync(new() { AnonymousRate = 1 });
        for (var i = 0; i < 20; i++)
        {
            (await node.Open.GetAsync("/health/live", null)).MustBe(HttpStatusCode.OK);
            (await node.Open.GetAsync("/health/ready", null)).MustBe(HttpStatusCode.OK);
            (await node.Open.PostAsync($"/i/{Guid.NewGuid()}", "{}")).MustBe(HttpStatusCode.NotFound);
        }
    }

    [Fact]
    public async Task A_caller_who_asks_too_often_is_told_to_wait_but_may_submit_work()
    {
        await using var node = await StartAsync(new() { CallerRate = 1 });
        var project = await node.ProjectAsync();
        var workflow = await node.WorkflowAsync(project);
        (await UntilAsync(() => node.Client.GetAsync("/v1/projects", null), 429)).MustBe(429, "too_many_requests");

        for (var i = 0; i < 20; i++) await node.WorkOrderAsync(project, workflow.Id);
    }

    [Fact]
    public void Addresses_share_a_bucket_by_network_and_there_is_a_bounded_number_of_buckets()
    {
        Assert.Equal(Bucket("2001:db8:1:2::1"), Bucket("2001:db8:1:2:ffff::9"));
        Assert.Equal(Bucket("192.0.2.7"), Bucket("::ffff:192.0.2.7"));
        var buckets = Enumerable.Range(0, 200_000).Select(i => Bucket($"2001:db8:{i >> 16:x}:{i & 0xffff:x}::1")).ToHashSet();
        Assert.InRange(buckets.Count, 60_000, 65_536);
        Assert.All(buckets, bucket => Assert.InRange(bucket, 0, 65_535));

        static int Bucket(string address) => CallerRates.BucketOf(IPAddress.Parse(address));
    }

    private static Task<TestNode> StartAsync(Rates rates) => TestNode.StartAsync(settings => settings with
    {
        Http = settings.Http with
        {
            Perimeter = settings.Http.Perimeter with { AnonymousRate = rates.AnonymousRate, CallerRate = rates.CallerRate },
        },
    });

    /// <summary>As often as it takes; no clock can refill a bucket of five as fast as this.</summary>
    private static async Task<Answer> UntilAsync(Func<Task<Answer>> call, int status)
    {
        for (var i = 0; i < 10_000; i++)
        {
            var answer = await call();
            if ((int)answer.Status == status) return answer;
        }

        throw new Xunit.Sdk.XunitException($"never {status}");
    }

    private sealed record Rates
    {
        public int AnonymousRate { get; init; } = 100_000;

        public int CallerRate { get; init; } = 100_000;
    }
}
