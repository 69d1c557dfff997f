using System.Net;
using System.Text;
using Actors;
using Api.ReadModels;
using Api.Tests.Fixtures;
using Cluster.Entities;
using Cluster.Journal;
using Microsoft.Extensions.DependencyInjection;

namespace Api.Tests.Webhooks;

/// <summary>Who may call a webhook (openfn-protocol 13.6), and the auth methods of a project.</summary>
public sealed class WebhookAuthTests(SharedNode shared) : IClassFixture<SharedNode>, IAsyncLifetime
{
    private const string Key = "a-key-of-a-sensor-0123456789";
    private const string Password = "correct horse: battery";
    private readonly TestNode _node = shared.Node;
    private Guid _project;

    public async Task InitializeAsync() => _project = await _node.ProjectAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    [Theory]
    [InlineData(null, null, 401)]
    [InlineData("x-api-key", Key, 200)]
    [InlineData("x-api-key", "another-key", 404)]
    [InlineData("x-api-key", "", 401)]
    [InlineData("Authorization", "Basic clinic:" + Password, 200)]
    [InlineData("Authorization", "basic clinic:" + Password, 200)]
    [InlineData("Authorization", "Basic clinic:wrong", 404)]
    [InlineData("Authorization", "Basic nobody:" + Password, 404)]
    [InlineData("Authorization", "Basic clinic:", 404)]
    [InlineData("Authorization", "Bearer " + Key, 404)]
    [InlineData("x-api-key", "clinic:" + Password, 404)]
    [InlineData("Authorization", "Basic x:" + Key, 404)]
    public async Task One_of_the_methods_has_to_fit(string? header, string? value, int status)
    {
        var trigger = await GuardedAsync(await ApiAsync(), await BasicAsync());
        var answer = await PostAsync(trigger, header, value);

        Assert.Equal(status, (int)answer.Status);
        if (status == 401) Assert.Equal("Unauthorized", answer["error"]);
        if (status == 404) Assert.Equal("""{"error":"Webhook not found"}""", answer.Text);
    }

    [Theory]
    [InlineData("Basic !!!")]
    [InlineData("Basic")]
    [InlineData("Basic ====")]
    public async Task Malformed_credentials_are_wrong(string authorization)
    {
        var trigger = await GuardedAsync(await BasicAsync());
        using var request = Request(trigger);
        request.Headers.TryAddWithoutValidation("Authorization", authorization);
        (await _node.Open.ReadAsync(request)).MustBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Endless_credentials_are_wrong()
    {
        var trigger = await GuardedAsync(await ApiAsync(), await BasicAsync());
        (await PostAsync(trigger, "x-api-key", new string('k', 20_000))).MustBe(HttpStatusCode.NotFound);
        (await PostAsync(trigger, "Authorization", "Basic " + new string('u', 10_000) + ":p")).MustBe(HttpStatusCode.NotFound);
    }

    /// <summary>Who may not know of a trigger does not learn that it is disabled.</summary>
    [Fact]
    public async Task The_caller_is_checked_before_anything_is_said_of_the_trigger()
    {
        var trigger = await GuardedAsync(false, await ApiAsync());
        (await PostAsync(trigger, null, null)).MustBe(HttpStatusCode.Unauthorized);
        (await PostAsync(trigger, "x-api-key", "wrong")).MustBe(HttpStatusCode.NotFound);
        Assert.Equal("trigger_disabled", (await PostAsync(trigger, "x-api-key", Key)).MustBe(HttpStatusCode.Forbidden)["error"]);
    }

    [Fact]
    public async Task One_method_may_guard_several_triggers_and_a_changed_secret_counts_at_once()
    {
        var method = await ApiAsync();
        var (one, other) = (await GuardedAsync(method), await GuardedAsync(method));
        foreach (var trigger in (Guid[])[one, other]) (await PostAsync(trigger, "x-api-key", Key)).MustBe(HttpStatusCode.OK);

        var changed = await _node.Client.CallAsync(
            HttpMethod.Put, $"{Methods}/{method}", """{"name":"sensor 2","apiKey":"another-key-of-a-sensor"}""");
        Assert.Equal("sensor 2", changed.MustBe(HttpStatusCode.OK)["name"]);
        foreach (var trigger in (Guid[])[one, other])
        {
            (await PostAsync(trigger, "x-api-key", Key)).MustBe(HttpStatusCode.NotFound);
            (await PostAsync(trigger, "x-api-key", "another-key-of-a-sensor")).MustBe(HttpStatusCode.OK);
        }
    }

    [Fact]
    public async Task A_renamed_method_keeps_its_secret()
    {
        var method = await BasicAsync();
        var trigger = await GuardedAsync(method);
        (await _node.Client.CallAsync(HttpMethod.Put, $"{Methods}/{method}", """{"name":"renamed","username":"clinic"}""")).MustBe(HttpStatusCode.OK);
        (await PostAsync(trigger, "Authorization", "Basic clinic:" + Password)).MustBe(HttpStatusCode.OK);
        (await _node.Client.CallAsync(HttpMethod.Put, $"{Methods}/{method}", """{"name":"renamed","username":"other"}"""))
            .MustBe(422, "auth_method_invalid").MustNameField("password");
    }

    [Fact]
    public async Task A_key_that_is_left_out_is_made_and_shown_once()
    {
        var created = (await _node.Client.PostAsync(Methods, """{"name":"made","type":"api"}""")).MustBe(HttpStatusCode.Created);
        var key = created["apiKey"]!;
        Assert.Matches("^whk_[A-Za-z0-9_-]{43}$", key);
        (await PostAsync(await GuardedAsync(created.Id), "x-api-key", key)).MustBe(HttpStatusCode.OK);

        var shown = await _node.Client.GetAsync($"{Methods}/{created.Id}", null);
        var listed = await _node.Client.GetAsync(Methods, null);
        Assert.Equal("made", shown["name"]);
        Assert.DoesNotContain(key, shown.Text + listed.Text);
        Assert.DoesNotContain("ash", shown.Text);
    }

    [Fact]
    public async Task A_method_that_a_trigger_asks_for_stays()
    {
        var method = await ApiAsync();
        await GuardedAsync(method);
        var workflow = (await _node.Client.GetAsync($"/v1/projects/{_project}/workflows", null)).Items[0];
        var refused = (await _node.Client.CallAsync(HttpMethod.Delete, $"{Methods}/{method}")).MustBe(409, "auth_method_in_use");
        Assert.Contains(workflow.GetProperty("name").GetString()!, refused["title"]);

        await _node.Client.CallAsync(HttpMethod.Delete, $"/v1/projects/{_project}/workflows/{workflow.GetProperty("id").GetGuid()}");
        (await _node.Client.CallAsync(HttpMethod.Delete, $"{Methods}/{method}")).MustBe(HttpStatusCode.NoContent);
        (await _node.Client.GetAsync($"{Methods}/{method}", null)).MustBe(404, "not_found");
        (await _node.Client.CallAsync(HttpMethod.Delete, $"{Methods}/{method}")).MustBe(404, "auth_method_not_found");
    }

    [Theory]
    [InlineData("""{"name":"x"}""", "type")]
    [InlineData("""{"name":"x","type":"api","apiKey":"short"}""", "apiKey")]
    [InlineData("""{"name":"x","type":"api","apiKey":"with a space in the key"}""", "apiKey")]
    [InlineData("""{"name":"x","type":"api","password":"long enough"}""", "password")]
    [InlineData("""{"name":"x","type":"basic","username":"u","password":"short"}""", "password")]
    [InlineData("""{"name":"x","type":"basic","username":"u"}""", "password")]
    [InlineData("""{"name":"x","type":"basic","password":"long enough"}""", "username")]
    [InlineData("""{"type":"api"}""", "name")]
    public async Task Wrong_methods_are_refused(string body, string field)
    {
        var answer = await _node.Client.PostAsync(Methods, body);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.Status);
        answer.MustNameField(field);
    }

    [Fact]
    public async Task A_workflow_names_only_methods_of_its_project()
    {
        var other = await _node.ProjectAsync("other");
        var foreign = (await _node.Client.PostAsync($"/v1/projects/{other}/webhook-auth-methods", """{"name":"f","type":"api"}""")).Id;
        var answer = await _node.Client.PostAsync(
            $"/v1/projects/{_project}/workflows", Given.Workflow(trigger: $$"""{"type":"webhook","authMethods":["{{foreign}}"]}"""));
        answer.MustBe(422, "workflow_invalid").MustNameField("trigger.authMethods[0]");
        (await _node.Client.GetAsync($"{Methods}/{foreign}", null)).MustBe(404, "not_found");
    }

    [Fact]
    public async Task What_proved_who_the_caller_is_is_stored_nowhere()
    {
        var trigger = await GuardedAsync(await ApiAsync(), await BasicAsync());
        var basic = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("clinic:" + Password));
        using var request = Request(trigger);
        request.Headers.TryAddWithoutValidation("Authorization", basic);
        request.Headers.TryAddWithoutValidation("x-api-key", Key);
        var run = (await _node.Open.ReadAsync(request)).MustBe(HttpStatusCode.OK).Headers.GetValues("x-meta-run-id").Single();

        var input = (await _node.Client.GetAsync($"/v1/runs/{run}", null))["inputDataclipId"];
        var headers = (await _node.Client.GetAsync($"/v1/dataclips/{input}", null)).Json.GetProperty("request").GetProperty("headers");
        Assert.Equal("Basic [REDACTED]", headers.GetProperty("authorization").GetString());
        Assert.Equal("[REDACTED]", headers.GetProperty("x-api-key").GetString());

        var store = _node.Services.GetRequiredService<IReadStore>();
        var stored = await EventsAsync(new EntityRef(EntityTypes.Project, _project), new EntityRef(EntityTypes.Run, Guid.Parse(run)));
        var hashes = await store.ListAsync<string>("select secret_hash from webhook_auth_methods", null, CancellationToken.None);
        Assert.All(hashes, hash => Assert.StartsWith("hmac-sha256:", hash));
        Assert.Contains(stored, payload => payload.Contains("clinic", StringComparison.Ordinal));
        foreach (var secret in (string[])[Key, Password, basic[6..]])
            Assert.DoesNotContain(stored, payload => payload.Contains(secret, StringComparison.Ordinal));
    }

    /// <summary>What was stored, as it is under the seal.</summary>
    private async Task<List<string>> EventsAsync(params EntityRef[] entities)
    {
        var journal = _node.Services.GetRequiredService<IJournal>();
        var events = new List<string>();
        foreach (var entity in entities)
        {
            await foreach (var record in journal.ReadAsync(entity, 0, CancellationToken.None)) events.Add(Encoding.UTF8.GetString(record.Payload.Bytes.Span));
        }

        return events;
    }

    private string Methods => $"/v1/projects/{_project}/webhook-auth-methods";

    private async Task<Guid> ApiAsync() =>
        (await _node.Client.PostAsync(Methods, $$"""{"name":"sensor","type":"api","apiKey":"{{Key}}"}""")).MustBe(HttpStatusCode.Created).Id;

    private async Task<Guid> BasicAsync() =>
        (await _node.Client.PostAsync(Methods, $$"""{"name":"clinic","type":"basic","username":"clinic","password":"{{Password}}"}"""))
            .MustBe(HttpStatusCode.Created).Id;

    private Task<Guid> GuardedAsync(params Guid[] methods) => GuardedAsync(true, methods);

    private async Task<Guid> GuardedAsync(bool enabled, params Guid[] methods)
    {
        var ids = string.Join(',', methods.Select(id => $"\"{id}\""));
        var trigger = $$"""{"type":"webhook","enabled":{{(enabled ? "true" : "false")}},"authMethods":[{{ids}}]}""";
        return (await _node.WorkflowAsync(_project, Given.Workflow($"guarded {Guid.NewGuid()}", trigger))).TriggerId();
    }

    /// <param name="value">Basic credentials in plain text.</param>
    private async Task<Answer> PostAsync(Guid trigger, string? header, string? value)
    {
        using var request = Request(trigger);
        if (header == "Authorization" && value!.StartsWith("basic", StringComparison.OrdinalIgnoreCase))
            value = value[..6] + Convert.ToBase64String(Encoding.UTF8.GetBytes(value[6..]));
        if (header is not null) request.Headers.TryAddWithoutValidation(header, value);
        return await _node.Open.ReadAsync(request);
    }

    private static HttpRequestMessage Request(Guid trigger) =>
        new(HttpMethod.Post, $"/i/{trigger}") { Content = new StringContent("{}", Encoding.UTF8, "application/json") };
}
