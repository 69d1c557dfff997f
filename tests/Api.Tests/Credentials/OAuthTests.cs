using System.Net;
using System.Text.Json;
using Actors.Vaults;
using Api.Accounts.Upkeep;
using Api.Credentials;
using Api.Tests.Fixtures;
using Api.Tests.Nodes;
using Cluster.Entities;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;

namespace Api.Tests.Credentials;

public sealed class OAuthTests : IAsyncLifetime
{
    private const string ByClient = "oauth2_client_credentials";
    private const string ByCode = "oauth2_authorization_code";
    private OAuthProvider _provider = null!;
    private TestNode _node = null!;

    public async Task InitializeAsync()
    {
        _provider = await OAuthProvider.StartAsync();
        _node = await TestNode.StartAsync(_provider.Allow);
    }

    public async Task DisposeAsync()
    {
        await _node.DisposeAsync();
        await _provider.DisposeAsync();
    }

    [Fact]
    public async Task A_client_gets_one_token_for_many_runs()
    {
        var project = await _node.ProjectAsync();
        var credential = await _node.CredentialAsync(_provider.ByClient(), ByClient, project);

        var configurations = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => _node.OpenAsync(credential, project)));

        Assert.Single(configurations.Distinct());
        Assert.Equal(1, await _provider.SeenAsync("client_credentials"));
        using var configuration = JsonDocument.Parse(configurations[0]);
        Assert.Equal(["access_token", "baseUrl", "expires_at", "token_type"], configuration.RootElement.EnumerateObject().Select(one => one.Name).Where(name => name != "scope").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_the_owner_authorized_is_refreshed_once_and_with_each_refresh_token_once()
    {
        var (credential, project) = await AuthorizedAsync();
        var first = await _node.OpenAsync(credential, project);
        for (var round = 1; round <= 3; round++)
        {
            await ExpireAsync(_node, credential);
            var tokens = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => _node.OpenAsync(credential, project)));
            Assert.NotEqual(first, Assert.Single(tokens.Distinct()));
            Assert.Equal((round, 0), (await _provider.SeenAsync("refresh_token"), await _provider.SeenAsync("refused")));
        }

        Assert.DoesNotContain("refresh_token", first);
        Assert.DoesNotContain("secret of app", first);
    }

    [Fact]
    public async Task Runs_fail_until_the_owner_authorizes()
    {
        var project = await _node.ProjectAsync();
        var credential = await _node.CredentialAsync(_provider.ByCode, ByCode, project);
        Assert.Equal("reauthorization_required", await _node.RefusalAsync(credential, project));

        var wrong = await _node.CredentialAsync(_provider.ByClient("wrong"), ByClient, project);
        Assert.Equal("reauthorization_required", await _node.RefusalAsync(wrong, project));
        Assert.Equal("reauthorization_required", await _node.RefusalAsync(wrong, project));
        Assert.Equal(1, await _provider.SeenAsync("refused"));
        var shown = (await _node.Client.GetAsync($"/v1/credentials/{wrong}", null)).Json.GetProperty("authorizations")[0];
        Assert.Equal("reauthorization_required", shown.GetProperty("state").GetString());

        (await _node.Client.CallAsync(
            HttpMethod.Put, $"/v1/credentials/{wrong}", $$"""{"name":"right","body":{{_provider.ByClient()}}}""")).MustBe(HttpStatusCode.OK);
        Assert.Contains("access_token", await _node.OpenAsync(wrong, project));
    }

    [Fact]
    public async Task A_provider_that_is_down_is_asked_again()
    {
        var project = await _node.ProjectAsync();
        var credential = await _node.CredentialAsync(_provider.ByClient(), ByClient, project);
        await _provider.DownAsync(2);
        Assert.Contains("access_token", await _node.OpenAsync(credential, project));
        Assert.Equal(2, await _provider.SeenAsync("down"));
    }

    [Fact]
    public async Task A_refresh_token_whose_use_is_in_doubt_is_not_used_again()
    {
        var (credential, project) = await AuthorizedAsync();
        await ExpireAsync(_node, credential);
        await _node.OpenAsync(credential, project);
        await ExpireAsync(_node, credential);
        var owner = await OwnerAsync(credential);

        // Another node got the lease and was never heard of again.
        var lost = new VaultCommand.BeginRenewal(credential, "main", Guid.NewGuid(), TimeSpan.Zero);
        Assert.IsType<Outcome.Replied>(await _node.Entities.AskAsync(CredentialVaults.Of(owner), lost, CancellationToken.None));

        Assert.Equal("reauthorization_required", await _node.RefusalAsync(credential, project));
        Assert.Equal((1, 0), (await _provider.SeenAsync("refresh_token"), await _provider.SeenAsync("refused")));
    }

    [Fact]
    public async Task Tokens_are_revoked_when_the_credential_is_deleted()
    {
        var (credential, _) = await AuthorizedAsync();
        (await _node.Client.CallAsync(HttpMethod.Delete, $"/v1/credentials/{credential}")).MustBe(HttpStatusCode.Accepted);
        Assert.Equal(1, await _provider.SeenAsync("revoked"));
        var entry = Assert.Single((await _node.Client.GetAsync($"/v1/audit?action=credential.token_revoked&item={credential}", null)).Items);
        Assert.Equal("done", entry.GetProperty("outcome").GetString());

        (await _node.Client.CallAsync(HttpMethod.Post, $"/v1/credentials/{credential}:restore")).MustBe(HttpStatusCode.NoContent);
        var project = await _node.ProjectAsync();
        await _node.GrantAsync(credential, project);
        Assert.Equal("reauthorization_required", await _node.RefusalAsync(credential, project));
    }

    [Fact]
    public async Task Tokens_are_revoked_when_their_owner_is_purged()
    {
        var (credential, project) = await AuthorizedAsync();
        Assert.True(await _node.Services.GetRequiredService<Purge>().DeleteCredentialsAsync(await OwnerAsync(credential), CancellationToken.None));
        Assert.Equal(1, await _provider.SeenAsync("revoked"));
        Assert.Equal("credential_deleted", await _node.RefusalAsync(credential, project));
    }

    [Fact]
    public async Task Only_who_began_an_authorization_finishes_it_and_once()
    {
        var credential = await _node.CredentialAsync(_provider.ByCode, ByCode);
        var other = await _node.CredentialAsync(_provider.ByCode, ByCode);
        var finish = await AgreedAsync(credential);
        var url = $"/v1/credentials/{credential}:finish-authorization";

        (await _node.Client.PostAsync($"/v1/credentials/{other}:finish-authorization", finish)).MustBe(422, "invalid").MustNameField("state");
        (await _node.Client.PostAsync(url, """{"code":"x","state":"x"}""")).MustBe(422, "invalid").MustNameField("state");
        (await _node.Client.PostAsync(url, finish.Replace("\"code\":\"", "\"code\":\"x", StringComparison.Ordinal))).MustBe(422, "authorization_failed");
        (await _node.Client.PostAsync(url, finish)).MustBe(HttpStatusCode.NoContent);
        (await _node.Client.PostAsync(url, finish)).MustBe(422, "authorization_failed");

        var raw = await _node.CredentialAsync("""{"a":1}""");
        (await _node.Client.PostAsync($"/v1/credentials/{raw}:authorize", $$"""{"redirectUri":"{{OAuthProvider.RedirectUri}}"}""")).MustBe(422, "invalid").MustNameField("kind");
    }

    [Theory]
    [InlineData("http://example.org/token", "/body/token_url")]
    [InlineData("https://user@example.org/token", "/body/token_url")]
    [InlineData("https://example.org:8443/token", "/body/token_url")]
    [InlineData("token", "/body/token_url")]
    public async Task An_address_that_the_node_does_not_call_is_not_stored(string address, string field)
    {
        var body = _provider.ByClient().Replace(_provider.Issuer + "/token\"", address + "\"", StringComparison.Ordinal);
        (await _node.Client.PostAsync("/v1/credentials", $$"""{"name":"x","kind":"{{ByClient}}","body":{{body}}}""")).MustBe(422, "invalid").MustNameField(field);
    }

    [Fact]
    public async Task Two_nodes_refresh_once_between_them()
    {
        await using var nodes = await TwoNodes.StartAsync(change: _provider.Allow);
        var project = await nodes.One.ProjectAsync();
        var credential = await nodes.One.CredentialAsync(_provider.ByCode, ByCode, project);
        (await nodes.One.Client.PostAsync($"/v1/credentials/{credential}:finish-authorization", await AgreedAsync(credential, nodes.One))).MustBe(HttpStatusCode.NoContent);
        await ExpireAsync(nodes.One, credential);

        var opened = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => (i % 2 == 0 ? nodes.One : nodes.Other).OpenAsync(credential, project)));

        Assert.Single(opened.Distinct());
        Assert.Equal((1, 0), (await _provider.SeenAsync("refresh_token"), await _provider.SeenAsync("refused")));
    }

    private async Task<(Guid Credential, Guid Project)> AuthorizedAsync()
    {
        var project = await _node.ProjectAsync();
        var credential = await _node.CredentialAsync(_provider.ByCode, ByCode, project);
        (await _node.Client.PostAsync($"/v1/credentials/{credential}:finish-authorization", await AgreedAsync(credential))).MustBe(HttpStatusCode.NoContent);
        return (credential, project);
    }

    /// <summary>What the provider sends the browser back with.</summary>
    private async Task<string> AgreedAsync(Guid credential, TestNode? node = null)
    {
        var started = (await (node ?? _node).Client.PostAsync(
            $"/v1/credentials/{credential}:authorize", $$"""{"redirectUri":"{{OAuthProvider.RedirectUri}}"}""")).MustBe(HttpStatusCode.OK);
        var back = QueryHelpers.ParseQuery((await OAuthProvider.AgreeAsync(started["url"]!)).Query);
        return JsonSerializer.Serialize(new { code = back["code"].ToString(), state = back["state"].ToString() });
    }

    private async Task<Guid> OwnerAsync(Guid credential, TestNode? node = null) =>
        (await (node ?? _node).Client.GetAsync($"/v1/credentials/{credential}", null)).Json.GetProperty("ownerId").GetGuid();

    /// <summary>Has the tokens be old, as time would.</summary>
    private async Task ExpireAsync(TestNode node, Guid credential)
    {
        var vault = CredentialVaults.Of(await OwnerAsync(credential, node));
        var looked = Assert.IsType<Outcome.Replied>(await node.Entities.AskAsync(vault, new VaultCommand.Look(credential, "main"), CancellationToken.None));
        var tokens = ((VaultReply.Fetched)looked.Reply!).Credential.Tokens!["main"];
        var old = new VaultCommand.SetTokens(credential, "main", null, tokens.Tokens!, DateTimeOffset.UtcNow.AddSeconds(-1), tokens.Rotates);
        Assert.IsType<Outcome.Replied>(await node.Entities.AskAsync(vault, old, CancellationToken.None));
    }
}
