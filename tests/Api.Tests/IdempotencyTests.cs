using System.Net;
using System.Text;
using Api.Intake;
using Api.Tests.Fixtures;

namespace Api.Tests;

public sealed class IdempotencyTests(SharedNode shared) : IClassFixture<SharedNode>, IAsyncLifetime
{
    private readonly TestNode _node = shared.Node;
    private Guid _project;
    private Answer _workflow = null!;

    private string All => $"/v1/projects/{_project}/work-orders";

    private string Body => $$$"""{"workflowId":"{{{_workflow.Id}}}","input":{"a":1}}""";

    public async Task InitializeAsync()
    {
        _project = await _node.ProjectAsync();
        _workflow = await _node.WorkflowAsync(_project);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task A_repeat_makes_no_second_work_order_and_gets_the_same_answer()
    {
        var first = (await SendAsync(Body, "order-1")).MustBe(HttpStatusCode.Accepted);
        var repeat = (await SendAsync(Body, "order-1")).MustBe(HttpStatusCode.Accepted);

        Assert.Equal(first.Text, repeat.Text);
        Assert.Single(await OrdersAsync());
    }

    [Fact]
    public async Task A_hundred_at_once_make_one_work_order()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => SendAsync(Body, "rush")));

        Assert.All(answers, answer => answer.MustBe(HttpStatusCode.Accepted));
        Assert.Single(answers.Select(answer => answer.Text).Distinct());
        Assert.Single(await OrdersAsync());
    }

    [Fact]
    public async Task Another_body_with_the_same_key_is_refused()
    {
        (await SendAsync(Body, "order-1")).MustBe(HttpStatusCode.Accepted);
        var other = $$$"""{"workflowId":"{{{_workflow.Id}}}","input":{"a":2}}""";
        (await SendAsync(other, "order-1")).MustBe(409, "idempotency_key_reused").MustNameField(IdempotencyKey.Header);
        Assert.Single(await OrdersAsync());
    }

    [Fact]
    public async Task Keys_belong_to_their_project()
    {
        (await SendAsync(Body, "order-1")).MustBe(HttpStatusCode.Accepted);
        var other = await _node.ProjectAsync("elsewhere");
        var workflow = await _node.WorkflowAsync(other);
        var answer = await SendAsync($$"""{"workflowId":"{{workflow.Id}}"}""", "order-1", $"/v1/projects/{other}/work-orders");
        answer.MustBe(HttpStatusCode.Accepted);
    }

    [Fact]
    public async Task Quotes_around_a_key_do_not_count() => Assert.Equal(
        (await SendAsync(Body, "order-1")).MustBe(HttpStatusCode.Accepted).Text, (await SendAsync(Body, "\"order-1\"")).Text);

    [Theory]
    [InlineData("with space")]
    [InlineData("256")]
    [InlineData("twice")]
    public async Task A_key_of_the_wrong_form_is_refused(string kind)
    {
        var keys = kind switch
        {
            "256" => [new string('k', 256)],
            "twice" => new[] { "a", "b" },
            _ => [kind],
        };

        (await SendAsync(Body, keys)).MustBe(422, "invalid").MustNameField(IdempotencyKey.Header);
        Assert.Empty(await OrdersAsync());
    }

    [Fact]
    public async Task Lines_of_a_bulk_carry_their_keys()
    {
        var line = $$"""{"workflowId":"{{_workflow.Id}}","idempotencyKey":"line-1"}""";
        var other = $$"""{"workflowId":"{{_workflow.Id}}","input":[],"idempotencyKey":"line-1"}""";
        var answer = await _node.Client.PostAsync(All, $"{line}\n{line}\n{other}\n", "application/x-ndjson");
        var lines = answer.Text.Trim().Split('\n');

        Assert.Equal(2, lines.Count(text => text.Contains("workOrderId", StringComparison.Ordinal)));
        Assert.Single(lines, text => text.Contains("idempotency_key_reused", StringComparison.Ordinal));
        Assert.Single(await OrdersAsync());
    }

    [Fact]
    public void A_key_is_known_by_a_hash()
    {
        var id = IdempotencyKey.ToId(_project, "very-telling-key");

        Assert.NotEqual(id, IdempotencyKey.ToId(_project, "very-telling-keys"));
        Assert.NotEqual(id, IdempotencyKey.ToId(_workflow.Id, "very-telling-key"));
        Assert.Equal(8, id.Version);
    }

    private async Task<System.Text.Json.JsonElement[]> OrdersAsync() => (await _node.Client.GetAsync(All, null)).Items;

    private Task<Answer> SendAsync(string body, string key, string? path = null) => SendAsync(body, [key], path);

    private async Task<Answer> SendAsync(string body, string[] keys, string? path = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path ?? All)
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        foreach (var key in keys) request.Headers.TryAddWithoutValidation(IdempotencyKey.Header, key);
        return await _node.Client.ReadAsync(request);
    }
}
