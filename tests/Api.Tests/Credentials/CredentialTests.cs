using System.Net;
using System.Text;
using Actors.Vaults;
using Api.Credentials;
using Api.Security;
using Api.Tests.Fixtures;
using Cluster.Entities;
using Microsoft.Extensions.DependencyInjection;

namespace Api.Tests.Credentials;

public sealed class CredentialTests(SharedNode shared) : IClassFixture<SharedNode>
{
    private const string Marker = "MARKER-5d1f";
    private readonly TestNode _node = shared.Node;

    [Fact]
    public async Task A_body_is_never_shown()
    {
        var created = await CreateAsync("shown");
        var url = $"/v1/credentials/{created.Id}";
        Answer[] answers =
        [
            created,
            await _node.Client.GetAsync(url, null),
            await _node.Client.GetAsync("/v1/credentials?limit=200", null),
            await _node.Client.CallAsync(HttpMethod.Put, url, Document("shown again")),
            await _node.Client.PostAsync("/v1/credentials", Document("shown again")),
            await _node.Client.PostAsync("/v1/credentials", Document("x").Replace("\"schema\"", "\"schemma\"", StringComparison.Ordinal)),
        ];

        Assert.All(answers, answer => Assert.DoesNotContain(Marker, answer.Text));
        Assert.Equal(["password", "user"], created.Json.GetProperty("keys").EnumerateArray().Select(key => key.GetString()));
    }

    [Fact]
    public async Task The_vault_and_the_journal_hold_the_body_sealed()
    {
        var created = await CreateAsync("sealed");
        var project = await _node.ProjectAsync();
        await _node.Client.CallAsync(HttpMethod.Put, $"/v1/credentials/{created.Id}/projects/{project}");

        var vault = CredentialVaults.Of(Guid.Parse(created["ownerId"]!));
        var outcome = await _node.Entities.AskAsync(
            vault, new VaultCommand.Fetch(created.Id, project), CancellationToken.None);
        var credential = Assert.IsType<VaultReply.Fetched>(Assert.IsType<Outcome.Replied>(outcome).Reply).Credential;

        Assert.DoesNotContain(Marker, Encoding.Latin1.GetString(credential.Body.Blob.Span));
        var opened = await _node.Services.GetRequiredService<Sealing>().OpenAsync(vault.Id, created.Id, credential.Body, default);
        Assert.Contains(Marker, Encoding.UTF8.GetString(opened));
    }

    [Fact]
    public async Task A_replacement_without_a_body_keeps_the_present_one()
    {
        var created = await CreateAsync("kept");
        var changed = await _node.Client.CallAsync(
            HttpMethod.Put, $"/v1/credentials/{created.Id}", """{"name":"kept too","schema":"raw"}""", ifMatch: created.ETag);

        changed.MustBe(HttpStatusCode.OK);
        Assert.Equal("kept too", changed["name"]);
        Assert.Equal(2, changed.Json.GetProperty("keys").GetArrayLength());
        (await _node.Client.CallAsync(HttpMethod.Put, $"/v1/credentials/{created.Id}", Document("late"), ifMatch: created.ETag))
            .MustBe(412, "version_mismatch");
    }

    [Fact]
    public async Task A_grant_shows_on_both_sides_until_it_is_withdrawn()
    {
        var created = await CreateAsync("granted");
        var project = await _node.ProjectAsync();
        var grant = $"/v1/credentials/{created.Id}/projects/{project}";

        (await _node.Client.CallAsync(HttpMethod.Put, grant)).MustBe(HttpStatusCode.NoContent);
        (await _node.Client.CallAsync(HttpMethod.Put, grant)).MustBe(HttpStatusCode.NoContent);
        Assert.Equal(created.Id, Assert.Single((await _node.Client.GetAsync($"/v1/projects/{project}/credentials", null)).Items).GetProperty("id").GetGuid());
        Assert.Equal(project, (await _node.Client.GetAsync($"/v1/credentials/{created.Id}", null)).Json.GetProperty("projects")[0].GetGuid());

        (await _node.Client.CallAsync(HttpMethod.Delete, grant)).MustBe(HttpStatusCode.NoContent);
        Assert.Empty((await _node.Client.GetAsync($"/v1/projects/{project}/credentials", null)).Items);
    }

    [Fact]
    public async Task A_job_may_use_only_a_granted_credential()
    {
        var created = await CreateAsync("used");
        var project = await _node.ProjectAsync();
        var document = $$"""
            {"name":"w","trigger":{"type":"webhook"},
             "jobs":[{"name":"a","adaptor":"{{Given.Adaptor}}","body":"fn()","credentialId":"{{created.Id}}"}],
             "edges":[{"from":"trigger","to":"a"}]}
            """;

        (await _node.Client.PostAsync($"/v1/projects/{project}/workflows", document)).MustBe(422, "workflow_invalid");
        await _node.Client.CallAsync(HttpMethod.Put, $"/v1/credentials/{created.Id}/projects/{project}");
        (await _node.Client.PostAsync($"/v1/projects/{project}/workflows", document)).MustBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_deleted_credential_is_not_found()
    {
        var created = await CreateAsync("gone");
        var url = $"/v1/credentials/{created.Id}";
        (await _node.Client.CallAsync(HttpMethod.Delete, url + "?immediate=true")).MustBe(HttpStatusCode.NoContent);

        (await _node.Client.GetAsync(url, null)).MustBe(404, "not_found");
        (await _node.Client.CallAsync(HttpMethod.Delete, url)).MustBe(404, "credential_not_found");
        (await _node.Client.CallAsync(HttpMethod.Put, $"{url}/projects/{Guid.NewGuid()}")).MustBe(404, "not_found");
    }

    [Theory]
    [InlineData("""{"name":"n","schema":"raw"}""", "invalid")]
    [InlineData("""{"name":"n","schema":"raw","body":"text"}""", "invalid")]
    [InlineData("""{"name":"","schema":"raw","body":{"a":1}}""", "credential_invalid")]
    public async Task A_credential_that_breaks_a_rule_is_refused(string body, string code) =>
        (await _node.Client.PostAsync("/v1/credentials", body)).MustBe(422, code);

    [Fact]
    public async Task A_name_is_unique()
    {
        await CreateAsync("once");
        (await _node.Client.PostAsync("/v1/credentials", Document("once"))).MustBe(409, "credential_name_taken");
    }

    private static string Document(string name) =>
        $$$"""{"name":"{{{name}}}","schema":"raw","body":{"user":"u","password":"{{{Marker}}}"}}""";

    private async Task<Answer> CreateAsync(string name) =>
        (await _node.Client.PostAsync("/v1/credentials", Document(name))).MustBe(HttpStatusCode.Created);
}
