using System.Net;
using Actors.Vaults;
using Api.Credentials;
using Api.Hosting;
using Api.Security;
using Api.Tests.Audit;
using Api.Tests.Fixtures;
using Cluster.Sealing;
using Microsoft.Extensions.DependencyInjection;

namespace Api.Tests.Credentials;

public sealed class CredentialLifeTests(SharedNode shared) : IClassFixture<SharedNode>
{
    private const string Marker = "MARKER-90ce";
    private readonly TestNode _node = shared.Node;

    [Fact]
    public async Task A_run_gets_the_body_of_its_environment_and_no_other()
    {
        var project = await _node.ProjectAsync();
        var credential = await _node.CredentialAsync("""{"password":"of-main"}""", project: project);
        var staging = $"/v1/credentials/{credential}/environments/staging";
        Assert.Equal("environment_not_found", await _node.RefusalAsync(credential, project, "staging"));

        (await _node.Client.CallAsync(HttpMethod.Put, staging, """{"body":{"token":"of-staging"}}""")).MustBe(HttpStatusCode.NoContent);
        Assert.Equal("""{"token":"of-staging"}""", await _node.OpenAsync(credential, project, "staging"));
        Assert.Equal("""{"password":"of-main"}""", await _node.OpenAsync(credential, project));
        var shown = (await _node.Client.GetAsync($"/v1/credentials/{credential}", null)).Json.GetProperty("environments")[0];
        Assert.Equal(("staging", "token"), (shown.GetProperty("environment").GetString(), shown.GetProperty("keys")[0].GetString()));

        (await _node.Client.CallAsync(HttpMethod.Delete, staging)).MustBe(HttpStatusCode.NoContent);
        Assert.Equal("environment_not_found", await _node.RefusalAsync(credential, project, "staging"));
        (await _node.Client.CallAsync(HttpMethod.Delete, staging)).MustBe(404, "environment_not_found");
        (await _node.Client.CallAsync(HttpMethod.Put, $"/v1/credentials/{credential}/environments/main", """{"body":{"a":1}}""")).MustBe(422, "credential_invalid");
        (await _node.Client.CallAsync(HttpMethod.Put, $"/v1/credentials/{Guid.NewGuid()}/environments/x", """{"body":{"a":1}}""")).MustBe(404, "not_found");
    }

    [Fact]
    public async Task A_body_does_not_open_as_that_of_another_environment()
    {
        var sealing = _node.Services.GetRequiredService<BodySealing>();
        var place = new BodyPlace(Guid.NewGuid(), Guid.NewGuid(), "staging");
        using var body = System.Text.Json.JsonDocument.Parse("""{"a":1}""");
        var draft = await sealing.SealAsync(place, body.RootElement, CancellationToken.None);

        foreach (var other in (BodyPlace[])[place with { Environment = null }, place with { Environment = "test" }, place with { CredentialId = Guid.NewGuid() }])
            await Assert.ThrowsAsync<IntegrityException>(async () => await sealing.OpenAsync(other, draft.Body, CancellationToken.None));
        Assert.NotEmpty(await sealing.OpenAsync(place, draft.Body, CancellationToken.None));
    }

    [Fact]
    public async Task Equal_bodies_of_two_credentials_have_different_fingerprints()
    {
        var one = await FingerprintAsync(await _node.CredentialAsync("""{"password":"same"}"""));
        var id = await _node.CredentialAsync("""{"password":"same"}""", name: "fingerprint");
        var two = await FingerprintAsync(id);
        await ReplaceAsync(id, "same");
        Assert.Equal(two, await FingerprintAsync(id));
        await ReplaceAsync(id, "other");

        Assert.NotEqual(one, two);
        Assert.NotEqual(two, await FingerprintAsync(id));
    }

    [Fact]
    public async Task A_deleted_credential_is_out_of_reach_at_once_and_can_be_restored()
    {
        var project = await _node.ProjectAsync();
        var credential = await _node.CredentialAsync("""{"password":"x"}""", project: project);
        var url = $"/v1/credentials/{credential}";

        var deleted = (await _node.Client.CallAsync(HttpMethod.Delete, url)).MustBe(HttpStatusCode.Accepted);
        Assert.InRange((deleted.Json.GetProperty("purgeAfter").GetDateTimeOffset() - DateTimeOffset.UtcNow).TotalDays, 6.9, 7);
        Assert.Equal("credential_deleted", await _node.RefusalAsync(credential, project));
        Assert.Empty((await _node.Client.GetAsync($"/v1/projects/{project}/credentials", null)).Items);
        (await _node.Client.CallAsync(HttpMethod.Put, $"{url}/projects/{project}")).MustBe(409, "credential_deleted");
        (await _node.Client.CallAsync(HttpMethod.Put, $"{url}/environments/x", """{"body":{"a":1}}""")).MustBe(409, "credential_deleted");

        (await _node.Client.CallAsync(HttpMethod.Post, url + ":restore")).MustBe(HttpStatusCode.NoContent);
        Assert.Equal("""{"password":"x"}""", await _node.OpenAsync(credential, project));
        (await _node.Client.CallAsync(HttpMethod.Delete, url + "?immediate=true")).MustBe(HttpStatusCode.NoContent);
        Assert.Equal("credential_deleted", await _node.RefusalAsync(credential, project));
        (await _node.Client.CallAsync(HttpMethod.Post, url + ":restore")).MustBe(404, "credential_not_found");
    }

    [Theory]
    [InlineData(StoreType.Sqlite)]
    [InlineData(StoreType.Postgres)]
    internal async Task A_purge_leaves_no_body_in_the_history(StoreType store)
    {
        await using var site = await AuditNode.StartAsync(store);
        var node = site.Node;
        var credential = await node.CredentialAsync("""{"password":"first"}""", name: "purged");
        var document = """{"name":"purged","schema":"raw","body":{"password":"second"}}""";
        (await node.Client.CallAsync(HttpMethod.Put, $"/v1/credentials/{credential}", document)).MustBe(HttpStatusCode.OK);
        var owner = (await node.Client.GetAsync($"/v1/credentials/{credential}", null)).Json.GetProperty("ownerId").GetGuid();
        var purge = node.Services.GetRequiredService<CredentialPurge>();

        await TellAsync(node, owner, new VaultCommand.Remove(credential, DateTimeOffset.UtcNow.AddDays(1)));
        await purge.PassAsync(CancellationToken.None);
        Assert.Equal(HttpStatusCode.OK, (await node.Client.GetAsync($"/v1/credentials/{credential}", null)).Status);
        await TellAsync(node, owner, new VaultCommand.Restore(credential));
        await TellAsync(node, owner, new VaultCommand.Remove(credential, DateTimeOffset.UtcNow));
        await purge.PassAsync(CancellationToken.None);

        (await node.Client.GetAsync($"/v1/credentials/{credential}", null)).MustBe(404, "not_found");
        Assert.Equal(1, await site.CountAsync("select count(*) from journal where entity_type = 'vault'"));
    }

    [Fact]
    public async Task The_last_use_is_told()
    {
        var project = await _node.ProjectAsync();
        var credential = await _node.CredentialAsync("""{"password":"x"}""", project: project);
        Assert.Null((await _node.Client.GetAsync($"/v1/credentials/{credential}", null))["lastUsedAt"]);

        await _node.OpenAsync(credential, project);
        var first = await LastUseAsync(credential);
        await _node.OpenAsync(credential, project);

        Assert.InRange(DateTimeOffset.UtcNow - first, TimeSpan.Zero, TimeSpan.FromMinutes(5));
        Assert.Equal(first, await LastUseAsync(credential));
    }

    /// <summary>Also to its owner, who is a super user and the project's owner besides (S0-17).</summary>
    [Fact]
    public async Task No_route_ever_shows_a_body()
    {
        var project = await _node.ProjectAsync();
        var credential = await _node.CredentialAsync($$"""{"password":"{{Marker}}"}""", project: project);
        var environment = $"/v1/credentials/{credential}/environments/test";
        Assert.DoesNotContain(Marker, (await _node.Client.CallAsync(HttpMethod.Put, environment, $$$"""{"body":{"password":"{{{Marker}}}"}}""")).Text);
        var workflow = await _node.WorkflowAsync(
            project, Given.Workflow().Replace("\"name\":\"load\"", $"\"name\":\"load\",\"credentialId\":\"{credential}\"", StringComparison.Ordinal));
        var (order, run) = await _node.WorkOrderAsync(project, workflow.Id);
        var owner = (await _node.Client.GetAsync($"/v1/credentials/{credential}", null))["ownerId"]!;

        var asked = 0;
        foreach (var route in RouteTable.Routes.Where(static route => route.Method == "GET" && !route.Pattern.Contains("websocket", StringComparison.Ordinal)))
        {
            var url = route.Pattern.Replace("{projectId:guid}", $"{project}").Replace("{credentialId:guid}", $"{credential}")
                .Replace("{workflowId:guid}", $"{workflow.Id}").Replace("{workOrderId:guid}", $"{order}").Replace("{runId:guid}", $"{run}")
                .Replace("{keychainId:guid}", $"{Guid.NewGuid()}").Replace("{userId:guid}", owner).Replace("{version:int}", "1").Replace("{job}", "load").Replace("{documentName}", "v1");
            var answer = await _node.Client.GetAsync(url, "application/json");
            Assert.True(!answer.Text.Contains(Marker, StringComparison.Ordinal), url);
            asked++;
        }

        Assert.True(asked > 30);
    }

    private static async Task TellAsync(TestNode node, Guid owner, VaultCommand command) =>
        Assert.IsType<Cluster.Entities.Outcome.Replied>(await node.Entities.AskAsync(CredentialVaults.Of(owner), command, CancellationToken.None));

    private async Task<string?> FingerprintAsync(Guid id) => (await _node.Client.GetAsync($"/v1/credentials/{id}", null))["fingerprint"];

    private async Task<DateTimeOffset> LastUseAsync(Guid id) =>
        (await _node.Client.GetAsync($"/v1/credentials/{id}", null)).Json.GetProperty("lastUsedAt").GetDateTimeOffset();

    private async Task ReplaceAsync(Guid id, string password) =>
        (await _node.Client.CallAsync(
            HttpMethod.Put, $"/v1/credentials/{id}", $$$"""{"name":"fingerprint","schema":"raw","body":{"password":"{{{password}}}"}}""")).MustBe(HttpStatusCode.OK);
}
