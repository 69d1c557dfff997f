using System.Net;
using System.Text.Json;
using Api.Dispatch;
using Api.Hosting;
using Api.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace Api.Tests.Audit;

/// <summary>What is recorded, once each and with what changed, and never a secret.</summary>
public sealed class TrailTests : IAsyncLifetime
{
    private AuditNode _node = null!;

    private HttpClient Client => _node.Client;

    public async Task InitializeAsync() => _node = await AuditNode.StartAsync(StoreType.Sqlite);

    public async Task DisposeAsync() => await _node.DisposeAsync();

    [Fact]
    public async Task A_change_of_settings_is_recorded_with_before_and_after()
    {
        var project = await _node.Node.ProjectAsync("before-it");
        (await Client.CallAsync(HttpMethod.Patch, $"/v1/projects/{project}", """{"name":"after-it","concurrency":3}""", ifMatch: "*"))
            .MustBe(HttpStatusCode.OK);

        var entry = Assert.Single(await _node.EntriesAsync($"item={project}&action=project.settings_updated"));
        Assert.Equal("done", entry.GetProperty("outcome").GetString());
        Assert.Equal(project, entry.GetProperty("projectId").GetGuid());
        Assert.Equal("user", entry.GetProperty("actor").GetProperty("kind").GetString());
        Assert.Equal("api_token", entry.GetProperty("actor").GetProperty("via").GetString());
        Assert.StartsWith("127.0.0.0/24#", entry.GetProperty("actor").GetProperty("address").GetString());
        var details = entry.GetProperty("details");
        Assert.Equal(("before-it", "after-it"), (Change(details, "name", "before"), Change(details, "name", "after")));
        Assert.Equal(("", "3"), (Change(details, "concurrency", "before"), Change(details, "concurrency", "after")));
        Assert.Single(await _node.EntriesAsync($"item={project}&action=project.created"));
    }

    [Fact]
    public async Task A_workflow_is_recorded_by_what_changed_and_its_hash()
    {
        var project = await _node.Node.ProjectAsync();
        var workflow = await _node.Node.WorkflowAsync(project);
        (await Client.CallAsync(HttpMethod.Put, $"/v1/projects/{project}/workflows/{workflow.Id}", Given.Workflow("renamed"), ifMatch: workflow.ETag))
            .MustBe(HttpStatusCode.OK);
        (await Client.CallAsync(HttpMethod.Delete, $"/v1/projects/{project}/workflows/{workflow.Id}", ifMatch: "*")).MustBe(HttpStatusCode.NoContent);

        var entries = await _node.EntriesAsync($"item={workflow.Id}");
        Assert.Equal(["workflow.deleted", "workflow.saved", "workflow.saved"], entries.Select(Action));
        Assert.Equal(("sync", "renamed"), (Change(entries[1].GetProperty("details"), "name", "before"), Change(entries[1].GetProperty("details"), "name", "after")));
        Assert.Equal(
            Change(entries[2].GetProperty("details"), "definition", "after"), Change(entries[1].GetProperty("details"), "definition", "before"));
        Assert.Equal(2, entries[2].GetProperty("details").GetProperty("jobs").GetProperty("added").GetArrayLength());
    }

    [Fact]
    public async Task Credentials_are_recorded_without_their_bodies()
    {
        var project = await _node.Node.ProjectAsync();
        var credential = (await Client.PostAsync("/v1/credentials", """{"name":"c","schema":"raw","body":{"password":"hunter2-secret"}}""")).Id;
        (await Client.CallAsync(HttpMethod.Put, $"/v1/credentials/{credential}", """{"name":"d","schema":"raw","body":{"password":"other-secret"}}"""))
            .MustBe(HttpStatusCode.OK);
        (await Client.CallAsync(HttpMethod.Put, $"/v1/credentials/{credential}/projects/{project}")).MustBe(HttpStatusCode.NoContent);
        (await Client.CallAsync(HttpMethod.Delete, $"/v1/credentials/{credential}/projects/{project}")).MustBe(HttpStatusCode.NoContent);
        (await Client.CallAsync(HttpMethod.Delete, $"/v1/credentials/{credential}?immediate=true")).MustBe(HttpStatusCode.NoContent);

        var entries = await _node.EntriesAsync($"item={credential}");
        Assert.Equal(
            ["credential.deleted", "credential.withdrawn", "credential.granted", "credential.updated", "credential.created"], entries.Select(Action));
        Assert.True(entries[3].GetProperty("details").GetProperty("bodyChanged").GetBoolean());
        Assert.Equal(project, entries[2].GetProperty("projectId").GetGuid());
        Assert.DoesNotContain("secret", string.Join('\n', entries), StringComparison.Ordinal);
        Assert.Equal(2, (await Client.GetAsync($"/v1/projects/{project}/audit?action=credential.", null)).Items.Length);
    }

    [Fact]
    public async Task Webhook_auth_methods_are_recorded_without_names_of_people_or_secrets()
    {
        var project = await _node.Node.ProjectAsync();
        var method = (await Client.PostAsync(
            $"/v1/projects/{project}/webhook-auth-methods", """{"name":"m","type":"basic","username":"jane-doe","password":"hunter2-hunter2"}""")).MustBe(HttpStatusCode.Created).Id;
        (await Client.CallAsync(HttpMethod.Delete, $"/v1/projects/{project}/webhook-auth-methods/{method}")).MustBe(HttpStatusCode.NoContent);

        var entries = await _node.EntriesAsync($"item={method}");
        Assert.Equal(["webhook_auth_method.deleted", "webhook_auth_method.saved"], entries.Select(Action));
        var text = string.Join('\n', entries);
        Assert.DoesNotContain("jane-doe", text, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_people_do_to_runs_is_recorded_and_what_the_cluster_does_is_not()
    {
        var project = await _node.Node.ProjectAsync();
        var workflow = await _node.Node.WorkflowAsync(project);
        var (_, run) = await _node.Node.WorkOrderAsync(project, workflow.Id);
        var (_, other) = await _node.Node.WorkOrderAsync(project, workflow.Id);
        await _node.Node.ExecuteAsync(other, workflow.JobId());
        (await Client.PostAsync($"/v1/runs/{run}:cancel", "")).MustBe(HttpStatusCode.OK);
        var retry = (await Client.PostAsync($"/v1/runs/{other}:retry", "")).MustBe(HttpStatusCode.Accepted).Json.GetProperty("runId").GetGuid();

        Assert.Equal(["run.cancelled"], (await _node.EntriesAsync($"item={run}")).Select(Action));
        Assert.Empty(await _node.EntriesAsync($"item={other}"));
        var entry = Assert.Single(await _node.EntriesAsync($"item={retry}"));
        Assert.Equal(other, entry.GetProperty("details").GetProperty("retryOf").GetGuid());
    }

    [Fact]
    public async Task Reads_of_what_may_be_sensitive_are_recorded_before_they_are_answered()
    {
        var project = await _node.Node.ProjectAsync();
        var workflow = await _node.Node.WorkflowAsync(project);
        var (_, run) = await _node.Node.WorkOrderAsync(project, workflow.Id);
        var clip = await _node.Node.ExecuteAsync(run, workflow.JobId());
        (await Client.GetAsync($"/v1/dataclips/{clip}/body", null)).MustBe(HttpStatusCode.OK);
        Assert.Equal(["dataclip.body_read"], (await _node.EntriesAsync($"item={clip}")).Select(Action));
        (await Client.GetAsync($"/v1/runs/{run}/logs", null)).MustBe(HttpStatusCode.OK);
        (await Client.GetAsync($"/v1/runs/{run}/logs", "text/event-stream")).MustBe(HttpStatusCode.OK);
        Assert.Equal(["run_log.followed", "run_log.read"], (await _node.EntriesAsync($"item={run}")).Select(Action));
        Assert.NotEmpty(await _node.EntriesAsync("action=audit.read"));
    }

    [Fact]
    public async Task Refusals_are_recorded_and_a_flood_of_them_is_counted()
    {
        for (var i = 0; i < 300; i++) (await _node.Node.Open.GetAsync("/v1/projects", null)).MustBe(HttpStatusCode.Unauthorized);
        await AuditNode.UntilAsync(async () => (await RefusedAsync()).Sum(Count) == 300);

        var entries = await RefusedAsync();
        Assert.InRange(entries.Length, 2, 6);
        Assert.All(entries, static entry =>
        {
            Assert.Equal("anonymous", entry.GetProperty("actor").GetProperty("kind").GetString());
            Assert.Equal("GET /v1/projects", entry.GetProperty("details").GetProperty("route").GetString());
        });
    }

    [Fact]
    public async Task Whoever_opens_a_credential_is_recorded_before_they_have_it()
    {
        var project = await _node.Node.ProjectAsync();
        var credential = (await Client.PostAsync("/v1/credentials", """{"name":"used","schema":"raw","body":{"password":"hunter2"}}""")).Id;
        var bodies = _node.Node.Services.GetRequiredService<CredentialBodies>();
        var use = new SecretUse(Guid.NewGuid(), project);
        await Assert.ThrowsAsync<PreparationException>(() => bodies.OpenAsync(credential, use, CancellationToken.None));
        (await Client.CallAsync(HttpMethod.Put, $"/v1/credentials/{credential}/projects/{project}")).MustBe(HttpStatusCode.NoContent);
        Assert.NotEmpty(await bodies.OpenAsync(credential, use, CancellationToken.None));

        var entries = await _node.EntriesAsync($"item={credential}&action=secret.used&project={project}");
        Assert.Equal(["done", "refused"], entries.Select(static entry => entry.GetProperty("outcome").GetString()));
        Assert.All(entries, entry => Assert.Equal(use.RunId, entry.GetProperty("details").GetProperty("runId").GetGuid()));

        await _node.SqlAsync("create trigger refuse before insert on audit_entries begin select raise(abort, 'not now'); end");
        await Assert.ThrowsAsync<InvalidOperationException>(() => bodies.OpenAsync(credential, use, CancellationToken.None));
    }

    [Fact]
    public async Task Webhooks_that_do_not_prove_who_calls_are_recorded()
    {
        var project = await _node.Node.ProjectAsync();
        var method = (await Client.PostAsync(
            $"/v1/projects/{project}/webhook-auth-methods", """{"name":"k","type":"api"}""")).MustBe(HttpStatusCode.Created).Id;
        var trigger = """{"type":"webhook","enabled":true,"authMethods":["METHOD"]}""".Replace("METHOD", method.ToString(), StringComparison.Ordinal);
        var workflow = await _node.Node.WorkflowAsync(project, Given.Workflow(trigger: trigger));
        (await _node.Node.Open.PostAsync($"/i/{workflow.TriggerId()}", "{}")).MustBe(HttpStatusCode.Unauthorized);
        (await _node.Node.Open.CallAsync(HttpMethod.Post, $"/i/{workflow.TriggerId()}", "{}", header: ("x-api-key", "wrong"))).MustBe(HttpStatusCode.NotFound);
        await AuditNode.UntilAsync(async () => (await _node.EntriesAsync($"action=webhook.refused&item={workflow.TriggerId()}&project={project}")).Length == 2);
    }

    [Fact]
    public async Task A_live_stream_has_what_comes_and_goes_on_where_it_was()
    {
        await _node.ChainedAsync();
        using var stop = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/audit?action=project.");
        request.Headers.TryAddWithoutValidation("Accept", "text/event-stream");
        request.Headers.TryAddWithoutValidation("Last-Event-ID", "0");
        using var response = await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop.Token);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(stop.Token));
        var (names, last) = (new List<string>(), "");
        for (var i = 0; i < 3; i++)
        {
            await _node.Node.ProjectAsync($"live-{i}");
            while (names.Count <= i)
            {
                var line = await reader.ReadLineAsync(stop.Token);
                if (line!.StartsWith("id: ", StringComparison.Ordinal)) Assert.True(long.Parse(line[4..]) > (last.Length == 0 ? 0 : long.Parse(last)));
                if (line.StartsWith("id: ", StringComparison.Ordinal)) last = line[4..];
                if (line.StartsWith("data: ", StringComparison.Ordinal)) names.Add(Change(JsonDocument.Parse(line[6..]).RootElement.GetProperty("details"), "name", "after"));
            }
        }

        Assert.Equal(["live-0", "live-1", "live-2"], names);
    }

    [Theory]
    [InlineData("outcome=maybe", "bad_parameter")]
    [InlineData("after=nonsense", "bad_cursor")]
    [InlineData("limit=0", "bad_parameter")]
    [InlineData("actor=me", "bad_parameter")]
    public async Task A_bad_filter_is_a_problem(string query, string code) =>
        (await Client.GetAsync("/v1/audit?" + query, null)).MustBe(400, code);

    [Fact]
    public async Task Pages_follow_one_another_without_gap_or_double()
    {
        for (var i = 0; i < 7; i++) await _node.Node.ProjectAsync($"page-{i}");
        var seen = new List<Guid>();
        var next = "";
        do
        {
            var page = (await Client.GetAsync($"/v1/audit?action=project.&limit=3&after={next}", null)).MustBe(HttpStatusCode.OK);
            seen.AddRange(page.Items.Select(static item => item.GetProperty("id").GetGuid()));
            next = page["next"];
        }
        while (!string.IsNullOrEmpty(next));

        Assert.Equal(7, seen.Distinct().Count());
        Assert.Equal(7, seen.Count);
    }

    private Task<JsonElement[]> RefusedAsync() => _node.EntriesAsync("action=sign_in.refused&outcome=refused");

    private static int Count(JsonElement entry) => entry.GetProperty("details").GetProperty("count").GetInt32();

    private static string Action(JsonElement entry) => entry.GetProperty("action").GetString()!;

    private static string Change(JsonElement details, string field, string when) => details.GetProperty(field).GetProperty(when).ToString();
}
