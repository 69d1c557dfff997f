using System.Net;
using System.Text.Json;
using Actors.Vaults;
using Api.Credentials;
using Api.Credentials.Transfers;
using Api.Hosting;
using Api.ReadModels;
using Api.Tests.Audit;
using Api.Tests.Fixtures;
using Cluster.Entities;
using Cluster.Kit;
using Microsoft.Extensions.DependencyInjection;

namespace Api.Tests.Credentials;

/// <summary>A credential gets another owner (S0-20); SQLite, and one on PostgreSQL.</summary>
public sealed class TransferTests(SharedNode shared) : IClassFixture<SharedNode>
{
    private readonly TestNode _node = shared.Node;

    [Theory]
    [InlineData(StoreType.Sqlite)]
    [InlineData(StoreType.Postgres)]
    internal async Task A_credential_goes_to_its_new_owner_with_all_it_has(StoreType store)
    {
        await using var site = await AuditNode.StartAsync(store);
        var (node, taker) = (site.Node, await site.Node.PersonAsync("taker"));
        var (kept, dropped) = (await node.ProjectAsync("kept"), await node.ProjectAsync("dropped"));
        await MemberAsync(node, kept, taker, "editor");
        await MemberAsync(node, dropped, taker, "viewer");
        var id = await node.CredentialAsync("""{"password":"of-main"}""", project: kept, name: "shared", more: ""","externalId":"clinic-7" """);
        await node.GrantAsync(id, dropped);
        (await node.Client.CallAsync(HttpMethod.Put, $"/v1/credentials/{id}/environments/staging", """{"body":{"token":"of-staging"}}"""))
            .MustBe(HttpStatusCode.NoContent);
        var before = (await node.Client.GetAsync($"/v1/credentials/{id}", null)).MustBe(HttpStatusCode.OK);
        Assert.Equal("""{"password":"of-main"}""", await node.OpenAsync(id, kept));

        var offer = await node.Client.PostAsync($"/v1/credentials/{id}/transfer", $$"""{"userId":"{{taker.Id}}"}""");
        Assert.Equal("pending", offer.MustBe(HttpStatusCode.OK)["status"]);
        var listed = Assert.Single((await taker.Client.GetAsync("/v1/credential-transfers", null)).Items);
        Assert.Equal((id, "shared"), (listed.GetProperty("credentialId").GetGuid(), listed.GetProperty("name").GetString()));
        var done = (await taker.Client.CallAsync(HttpMethod.Post, $"/v1/credential-transfers/{id}:accept")).MustBe(HttpStatusCode.OK);

        Assert.Equal(("completed", kept, dropped), (done["status"], One(done, "projects"), One(done, "withdrawnFrom")));
        (await node.Client.GetAsync($"/v1/credentials/{id}", null)).MustBe(404, "not_found");
        (await node.Client.CallAsync(HttpMethod.Delete, $"/v1/credentials/{id}")).MustBe(404, "credential_not_found");
        var after = (await taker.Client.GetAsync($"/v1/credentials/{id}", null)).MustBe(HttpStatusCode.OK);
        Assert.Equal($"{taker.Id}", after["ownerId"]);
        Assert.Equal((before["fingerprint"], "clinic-7"), (after["fingerprint"], after["externalId"]));
        Assert.Equal("""{"password":"of-main"}""", await node.OpenAsync(id, kept));
        Assert.Equal("""{"token":"of-staging"}""", await node.OpenAsync(id, kept, "staging"));
        Assert.Equal("credential_not_granted", await node.RefusalAsync(id, dropped));
        (await taker.Client.CallAsync(HttpMethod.Put, $"/v1/credentials/{id}", """{"name":"mine","schema":"raw","body":{"password":"new"}}"""))
            .MustBe(HttpStatusCode.OK);
        Assert.Equal("""{"password":"new"}""", await node.OpenAsync(id, kept));

        Assert.Equal(0, await site.CountAsync("select count(*) from credential_moves"));
        var entry = Assert.Single(await site.EntriesAsync($"action=credential.transferred&item={id}"));
        Assert.Equal(before["ownerId"], entry.GetProperty("details").GetProperty("from").GetString());
        Assert.Single(await site.EntriesAsync($"action=credential.withdrawn&item={id}&project={dropped}"));
    }

    [Fact]
    public async Task OAuth_tokens_and_all_else_that_is_sealed_open_in_the_other_vault()
    {
        var (change, sealing) = (_node.Services.GetRequiredService<VaultChange>(), _node.Services.GetRequiredService<BodySealing>());
        var (place, to) = (new BodyPlace(Guid.NewGuid(), Guid.NewGuid(), null), Guid.NewGuid());
        using var body = JsonDocument.Parse("""{"a":1}""");
        var draft = await sealing.SealAsync(place, body.RootElement, default);
        var tokens = await sealing.SealAsync(Api.Credentials.OAuth.TokenRenewals.TokensOf(place), "tokens"u8.ToArray(), default);
        var credential = new Credential(place.CredentialId, "n", "raw", ["a"], draft.Body, [], 1, default, default)
        {
            Tokens = System.Collections.Immutable.ImmutableSortedDictionary<string, TokenState>.Empty.Add("main", new TokenState(tokens, null, true, false)),
        };

        var moved = await change.SealForAsync(to, place.VaultId, credential, default);

        var there = place with { VaultId = to };
        Assert.Equal("""{"a":1}"""u8.ToArray(), await sealing.OpenAsync(there, moved.Body, default));
        Assert.Equal("tokens"u8.ToArray(), await sealing.OpenAsync(Api.Credentials.OAuth.TokenRenewals.TokensOf(there), moved.Tokens!["main"].Tokens!, default));
        await Assert.ThrowsAsync<Cluster.Sealing.IntegrityException>(async () => await sealing.OpenAsync(place, moved.Body, default));
    }

    [Fact]
    public async Task An_offer_by_address_does_not_tell_whether_anybody_has_it()
    {
        var taker = await _node.PersonAsync("addressed");
        var (known, unknown) = (await _node.CredentialAsync("{}"), await _node.CredentialAsync("{}"));
        var first = await OfferAsync(known, $$"""{"email":"{{taker.Email.ToUpperInvariant()}}"}""");
        var second = await OfferAsync(unknown, """{"email":"nobody-at-all@example.org"}""");

        Assert.Equal((first.Status, Shape(first)), (second.Status, Shape(second)));
        var listed = (await taker.Client.GetAsync("/v1/credential-transfers", null)).Items;
        Assert.Equal(known, Assert.Single(listed).GetProperty("credentialId").GetGuid());
        (await taker.Client.CallAsync(HttpMethod.Post, $"/v1/credential-transfers/{unknown}:accept")).MustBe(404, "transfer_not_found");
        (await taker.Client.CallAsync(HttpMethod.Post, $"/v1/credential-transfers/{known}:accept")).MustBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task An_offer_is_taken_back_or_declined_and_is_for_somebody()
    {
        var (taker, other) = (await _node.PersonAsync("taker"), await _node.PersonAsync("other"));
        var id = await _node.CredentialAsync("{}");
        (await _node.Client.PostAsync($"/v1/credentials/{id}/transfer", "{}")).MustBe(422, "invalid");
        (await taker.Client.PostAsync($"/v1/credentials/{id}/transfer", $$"""{"userId":"{{other.Id}}"}""")).MustBe(404, "credential_not_found");
        (await _node.Client.GetAsync($"/v1/credentials/{id}/transfer", null)).MustBe(404, "not_found");

        (await OfferAsync(id, $$"""{"userId":"{{taker.Id}}"}""")).MustBe(HttpStatusCode.OK);
        (await OfferAsync(id, $$"""{"userId":"{{other.Id}}"}""")).MustBe(409, "transfer_offered");
        (await _node.Client.GetAsync($"/v1/credentials/{id}/transfer", null)).MustBe(HttpStatusCode.OK);
        (await other.Client.CallAsync(HttpMethod.Post, $"/v1/credential-transfers/{id}:accept")).MustBe(404, "transfer_not_found");
        (await other.Client.CallAsync(HttpMethod.Post, $"/v1/credential-transfers/{id}:decline")).MustBe(404, "transfer_not_found");
        (await taker.Client.CallAsync(HttpMethod.Post, $"/v1/credential-transfers/{id}:decline")).MustBe(HttpStatusCode.NoContent);
        (await taker.Client.CallAsync(HttpMethod.Post, $"/v1/credential-transfers/{id}:accept")).MustBe(404, "not_found");

        (await OfferAsync(id, $$"""{"userId":"{{taker.Id}}"}""")).MustBe(HttpStatusCode.OK);
        (await _node.Client.CallAsync(HttpMethod.Delete, $"/v1/credentials/{id}/transfer")).MustBe(HttpStatusCode.NoContent);
        (await _node.Client.CallAsync(HttpMethod.Delete, $"/v1/credentials/{id}/transfer")).MustBe(404, "transfer_not_found");
        Assert.Empty((await taker.Client.GetAsync("/v1/credential-transfers", null)).Items);
    }

    [Fact]
    public async Task A_deleted_credential_is_not_transferred()
    {
        var taker = await _node.PersonAsync("taker");
        var id = await _node.CredentialAsync("{}");
        (await OfferAsync(id, $$"""{"userId":"{{taker.Id}}"}""")).MustBe(HttpStatusCode.OK);
        (await _node.Client.CallAsync(HttpMethod.Delete, $"/v1/credentials/{id}")).MustBe(HttpStatusCode.Accepted);

        Assert.Empty((await taker.Client.GetAsync("/v1/credential-transfers", null)).Items);
        (await taker.Client.CallAsync(HttpMethod.Post, $"/v1/credential-transfers/{id}:accept")).MustBe(409, "credential_deleted");
        (await OfferAsync(id, $$"""{"userId":"{{taker.Id}}"}""")).MustBe(409, "credential_deleted");
    }

    [Fact]
    public async Task A_clash_is_refused_and_nothing_is_done()
    {
        var (taker, project) = (await _node.PersonAsync("taker"), await _node.ProjectAsync());
        (await taker.Client.PostAsync("/v1/credentials", """{"name":"same","schema":"raw","body":{}}""")).MustBe(HttpStatusCode.Created);
        var id = await _node.CredentialAsync("""{"a":1}""", project: project, name: "same");
        (await OfferAsync(id, $$"""{"userId":"{{taker.Id}}"}""")).MustBe(HttpStatusCode.OK);

        var refused = await taker.Client.CallAsync(HttpMethod.Post, $"/v1/credential-transfers/{id}:accept");

        refused.MustBe(409, "credential_name_taken");
        Assert.Equal("name", refused.Json.GetProperty("errors")[0].GetProperty("field").GetString());
        Assert.Equal("""{"a":1}""", await _node.OpenAsync(id, project));
        (await _node.Client.CallAsync(HttpMethod.Put, $"/v1/credentials/{id}", """{"name":"another","schema":"raw"}""")).MustBe(HttpStatusCode.OK);
        (await taker.Client.CallAsync(HttpMethod.Post, $"/v1/credential-transfers/{id}:accept")).MustBe(HttpStatusCode.OK);
        Assert.Equal("credential_not_granted", await _node.RefusalAsync(id, project));
    }

    /// <summary>The release is lost and the node ends: the other life of the node finds the transfer, and brings it to its end.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_transfer_that_was_cut_off_ends_after_a_restart(bool isReceived)
    {
        using var folder = new TempFolder();
        var transfer = new MoveRow { TransferId = Guid.NewGuid() };
        Guid id, giver, taker;
        string token;
        await using (var node = await TestNode.StartAsync(settings => settings with { DataDir = folder.Path }))
        {
            token = node.Token;
            taker = (await node.PersonAsync("taker")).Id;
            id = await node.CredentialAsync("""{"a":1}""", name: "cut");
            giver = Guid.Parse((await node.Client.GetAsync($"/v1/credentials/{id}", null))["ownerId"]!);
            (await node.Client.PostAsync($"/v1/credentials/{id}/transfer", $$"""{"userId":"{{taker}}"}""")).MustBe(HttpStatusCode.OK);
            var sealing = node.Services.GetRequiredService<VaultChange>();
            var look = await AskAsync(node, giver, new VaultCommand.Inspect(id));
            var theirs = await sealing.SealForAsync(taker, giver, Assert.IsType<VaultReply.Fetched>(look).Credential, default);

            // Before it was accepted there: the giving vault drops the release that this leads to, in this life of the node.
            if (isReceived)
                await AskAsync(node, taker, new VaultCommand.ReceiveTransfer(transfer.TransferId, giver, DateTimeOffset.UtcNow.AddMinutes(5), theirs, []));
            await node.StopAsync();
        }

        await using (var node = await TestNode.StartAsync(settings => settings with { DataDir = folder.Path }, token: token))
        {
            await AskAsync(node, giver, new VaultCommand.AcceptTransfer(id, transfer.TransferId, taker, null, []));
            await node.StopAsync();
        }

        await using var again = await TestNode.StartAsync(settings => settings with { DataDir = folder.Path }, token: token);
        (await again.Client.CallAsync(HttpMethod.Delete, $"/v1/credentials/{id}?immediate=true")).MustBe(409, "credential_transferring");
        await again.Services.GetRequiredService<TransferUpkeep>().PassAsync(DateTimeOffset.UtcNow.AddMinutes(1), default);

        Assert.Empty(await again.Services.GetRequiredService<TransferQueries>().UnfinishedAsync(DateTimeOffset.UtcNow.AddMinutes(1), 10, default));
        var owner = isReceived ? taker : giver;
        Assert.IsType<VaultReply.Fetched>(await AskAsync(again, owner, new VaultCommand.Look(id, "main")));
        Assert.IsType<Outcome.Refused>(await again.Entities.AskAsync(
            CredentialVaults.Of(isReceived ? giver : taker), new VaultCommand.Look(id, "main"), default));
        Assert.Equal(owner, (await again.Services.GetRequiredService<CredentialVaults>().FindAsync(id, default))!.Value.Id);
    }

    private static async Task<object?> AskAsync(TestNode node, Guid vault, VaultCommand command) =>
        Assert.IsType<Outcome.Replied>(await node.Entities.AskAsync(CredentialVaults.Of(vault), command, default)).Reply;

    private static async Task MemberAsync(TestNode node, Guid project, TestPerson person, string role) =>
        (await node.Client.PostAsync($"/v1/projects/{project}/members", $$"""{"userId":"{{person.Id}}","role":"{{role}}"}""")).MustBe(HttpStatusCode.Created);

    private static Guid One(Answer answer, string list) => Assert.Single(answer.Json.GetProperty(list).EnumerateArray()).GetGuid();

    private static string Shape(Answer answer) => string.Join(' ', answer.Json.EnumerateObject().Select(static field => field.Name));

    private Task<Answer> OfferAsync(Guid id, string body) => _node.Client.PostAsync($"/v1/credentials/{id}/transfer", body);
}
