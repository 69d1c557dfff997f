using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using Actors;
using Actors.OpenId;
using Actors.Projects;
using Actors.Runs;
using Actors.Vaults;
using Api.Credentials;
using Api.Credentials.OAuth;
using Api.Hosting;
using Api.Keys;
using Api.OpenId;
using Api.ReadModels;
using Api.Repositories;
using Api.Tests.Accounts;
using Api.Tests.Audit;
using Api.Tests.Credentials;
using Api.Tests.Fixtures;
using Cluster.Entities;
using Cluster.Journal;
using Cluster.Sealing;
using Microsoft.Extensions.DependencyInjection;

namespace Api.Tests.Keys;

/// <summary>A store with some of everything whose keys are rotated: nothing in it names an old key, and everything still reads.</summary>
public sealed class RotationTests
{
    private const string Email = "rotated@example.org";
    private AuditNode _site = null!;
    private Guid _project;
    private Guid _vault;

    private TestNode Node => _site.Node;

    [Theory]
    [InlineData(StoreType.Sqlite)]
    [InlineData(StoreType.Postgres)]
    internal async Task Everything_is_sealed_anew_and_still_reads(StoreType store)
    {
        await using var site = _site = await AuditNode.StartAsync(store, static settings => settings with
        {
            Keys = settings.Keys with { RotationGrace = TimeSpan.Zero, RotationShare = 100 },
            Engine = settings.Engine with { Entities = settings.Engine.Entities with { PassivateAfter = TimeSpan.FromSeconds(1) } },
        });
        _project = await Node.ProjectAsync();
        var workflow = await Node.WorkflowAsync(_project);
        var (_, run) = await Node.WorkOrderAsync(_project, workflow.Id, """{"marker":"in"}""");
        var clip = await Node.ExecuteAsync(run, workflow.JobId(), $$"""{"big":"{{new string('x', 200_000)}}"}""");
        var failed = await FailedAsync(workflow.Id);
        var credential = await CredentialAsync();
        await InviteAsync();
        await ConnectAsync();
        await SetProviderAsync();
        await Node.UserAsync(Email);
        using var session = Node.As((await Node.SignInAsync(Email, TestUsers.Password)).Access);
        var app = await Authenticator.SetUpAsync(session, DateTimeOffset.UtcNow);
        await ErasedAsync();
        var old = await KeysAsync("select id from data_keys where state <> 'destroyed'");

        await KeyRotate.RunAsync(Node.Services.GetRequiredService<NodeSettings>(), TextWriter.Null);
        await AuditNode.UntilAsync(async () => await site.CountAsync("select count(*) from master_keys where state = 'retired'") == 1);

        Assert.Equal(0, await site.CountAsync("select count(*) from data_keys where state = 'old' and born < 2"));
        Assert.Equal(0, await site.CountAsync("select count(*) from key_walks where ended = false or damaged > 0"));
        await NamesNoneAsync(old.ToHashSet());
        await AuditNode.UntilAsync(() => Task.FromResult(Node.Services.GetRequiredService<EntityFigures>().Live["vault"] == 0));

        Assert.Contains("xxxx", (await Node.Client.GetAsync($"/v1/dataclips/{clip}/body", null)).MustBe(HttpStatusCode.OK).Text);
        Assert.Contains("hello", (await Node.Client.GetAsync($"/v1/runs/{run}/logs", null)).MustBe(HttpStatusCode.OK).Text);
        Assert.Equal("it broke", (await Node.Client.GetAsync($"/v1/runs/{failed}", null)).MustBe(HttpStatusCode.OK)["errorMessage"]);
        Assert.Equal(RunStatus.Success, (await Node.StateAsync(run)).Status);
        await ReadsAsync(credential);
        await SignsInAsync(app);
        await RecordedAsync();
    }

    private async Task<Guid> FailedAsync(Guid workflow)
    {
        var (_, run) = await Node.WorkOrderAsync(_project, workflow);
        await Node.ClaimAsync(run);
        await Node.ReportAsync(run, 0, new RunReport.Complete(DateTimeOffset.UnixEpoch.AddYears(55), ExitReason.Fail, "Error", "it broke", null, null));
        return run;
    }

    /// <summary>With a body of its own for another environment, and tokens.</summary>
    private async Task<Guid> CredentialAsync()
    {
        var id = await Node.CredentialAsync("""{"password":"first"}""", project: _project, name: "kept");
        _vault = (await Node.Client.GetAsync($"/v1/credentials/{id}", null)).Json.GetProperty("ownerId").GetGuid();
        var place = new BodyPlace(_vault, id, "staging");
        var body = await Bodies.SealAsync(place, JsonDocument.Parse("""{"password":"staged"}""").RootElement, default);
        await TellAsync(EntityTypes.Vault, _vault, new VaultCommand.SetBody(id, "staging", body.KeyNames, body.Body, body.Fingerprint));
        var oauth = Guid.CreateVersion7();
        var main = await Bodies.SealAsync(new BodyPlace(_vault, oauth, null), JsonDocument.Parse("""{"clientId":"c"}""").RootElement, default);
        await TellAsync(EntityTypes.Vault, _vault, new VaultCommand.Create(oauth, "oauth", "raw", main.KeyNames, main.Body) { Kind = CredentialKind.Oauth2AuthorizationCode });
        var tokens = await Bodies.SealAsync(TokenRenewals.TokensOf(new BodyPlace(_vault, oauth, null)), "tokens"u8.ToArray(), default);
        await TellAsync(EntityTypes.Vault, _vault, new VaultCommand.SetTokens(oauth, "main", null, tokens, null, false));
        await TellAsync(EntityTypes.Vault, _vault, new VaultCommand.Remove(id, DateTimeOffset.UtcNow.AddDays(7)));
        return oauth;
    }

    private async Task InviteAsync() =>
        (await Node.Client.PostAsync($"/v1/projects/{_project}/invitations", """{"email":"guest@example.org","role":"editor"}"""))
            .MustBe(HttpStatusCode.Created);

    private async Task ConnectAsync()
    {
        var token = await Node.Services.GetRequiredService<RepositoryTokens>().SealAsync(_project, "repository-token", default);
        await TellAsync(EntityTypes.Project, _project, new ProjectCommand.ConnectRepository("https://api.github.com", "acme/flows", "main", "project.yaml", token));
    }

    private async Task SetProviderAsync()
    {
        const string Url = "https://id.example.org/.well-known/openid-configuration";
        var secret = await Node.Services.GetRequiredService<OpenIdSecrets>().SealAsync(Url, "client-secret", default);
        var provider = new OpenIdProvider
        {
            Name = "Ministry",
            DiscoveryUrl = Url,
            Issuer = "https://id.example.org",
            ClientId = "cluster",
            ClientSecret = secret,
            RedirectUri = "https://cluster.example.org/v1/openid:callback",
        };
        await TellAsync(EntityTypes.OpenIdProvider, OpenIdProviderBehavior.Entity.Id, new OpenIdProviderCommand.SetUp(null, provider));
    }

    /// <summary>What is left of an owner whose keys were destroyed.</summary>
    private async Task ErasedAsync()
    {
        var project = await Node.ProjectAsync("erased");
        var workflow = await Node.WorkflowAsync(project);
        var (_, run) = await Node.WorkOrderAsync(project, workflow.Id);
        await Node.ExecuteAsync(run, workflow.JobId());
        await Node.Services.GetRequiredService<DataKeys>().DestroyAsync(project, default);
    }

    /// <summary>Everywhere but in what is left of the erased project.</summary>
    private async Task NamesNoneAsync(HashSet<Guid> old)
    {
        var places = Tables.All.SelectMany(static table => table.Values.Where(static column => column.IsSealed).Select(column => (table.Name, column.Name)))
            .Append(("journal", "payload")).Append(("snapshot", "payload")).Append(("users", "person"))
            .Append(("project_invitations", "sealed_email")).Append(("project_repositories", "sealed_token")).ToList();
        foreach (var (table, column) in places)
        {
            var blobs = await BlobsAsync($"select {column} from {table} where {column} is not null");
            Assert.DoesNotContain(blobs, blob => old.Contains(SealedBlob.KeyIdOf(blob)));
        }
    }

    private async Task ReadsAsync(Guid credential)
    {
        await TellAsync(EntityTypes.Vault, _vault, new VaultCommand.Inspect(credential));
        var kept = (VaultReply.Fetched)(await AskAsync(EntityTypes.Vault, _vault, new VaultCommand.Inspect(credential)))!;
        Assert.Contains("clientId", await TextAsync(new BodyPlace(_vault, credential, null), kept.Credential.Body));
        Assert.Equal("tokens", await TextAsync(TokenRenewals.TokensOf(new BodyPlace(_vault, credential, null)), kept.Credential.Tokens!["main"].Tokens!));
        var list = await Node.Client.GetAsync("/v1/credentials", null);
        var removed = list.Items.Select(static item => item.GetProperty("id").GetGuid()).First(id => id != credential);
        (await Node.Client.CallAsync(HttpMethod.Post, $"/v1/credentials/{removed}:restore")).MustBe(HttpStatusCode.NoContent);
        Assert.Equal("""{"password":"first"}""", await Node.OpenAsync(removed, _project));
        var deleted = (VaultReply.Fetched)(await AskAsync(EntityTypes.Vault, _vault, new VaultCommand.Inspect(removed)))!;
        Assert.Contains("staged", await TextAsync(new BodyPlace(_vault, removed, "staging"), deleted.Credential.Environments!["staging"].Body));

        var invited = (await Node.Client.GetAsync($"/v1/projects/{_project}/invitations", null)).MustBe(HttpStatusCode.OK);
        Assert.Equal("guest@example.org", Assert.Single(invited.Items).GetProperty("email").GetString());
        var row = Assert.Single(await Store.ListAsync<string>("select sealed_token from project_repositories", null, default));
        Assert.Equal("repository-token", await Node.Services.GetRequiredService<RepositoryTokens>().OpenAsync(_project, row, default));
        var json = await Store.FindAsync<string>("select provider from openid_provider", null, default);
        var provider = JsonSerializer.Deserialize(json!, DefinitionJson.Default.OpenIdProvider)!;
        Assert.Equal("client-secret", await Node.Services.GetRequiredService<OpenIdSecrets>().OpenAsync(provider, default));
    }

    private async Task SignsInAsync(Authenticator app)
    {
        var body = JsonSerializer.Serialize(new { email = Email, password = TestUsers.Password, code = app.RecoveryCodes[0] });
        (await Node.Open.PostAsync("/v1/sessions", body)).MustBe(HttpStatusCode.Created);
        body = JsonSerializer.Serialize(new { email = Email, password = TestUsers.Password, code = app.Code(DateTimeOffset.UtcNow, 1) });
        using var session = Node.As(Session.Of((await Node.Open.PostAsync("/v1/sessions", body)).MustBe(HttpStatusCode.Created)).Access);
        Assert.Contains(Email, (await session.GetAsync("/v1/users/me", null)).MustBe(HttpStatusCode.OK).Text);
    }

    private async Task RecordedAsync()
    {
        foreach (var action in (ImmutableArray<string>)["keys.rotation_registered", "keys.rotation_activated", "keys.rotated", "keys.destroyed"])
            await AuditNode.UntilAsync(async () => (await _site.EntriesAsync($"action={action}")).Length == 1);
        Assert.Empty(await _site.EntriesAsync("action=integrity.failed"));
    }

    private BodySealing Bodies => Node.Services.GetRequiredService<BodySealing>();

    private IReadStore Store => Node.Services.GetRequiredService<IReadStore>();

    private async Task<string> TextAsync(BodyPlace place, SealedBody body) =>
        System.Text.Encoding.UTF8.GetString(await Bodies.OpenAsync(place, body, default));

    private async Task<object?> AskAsync(string type, Guid id, object command) =>
        Assert.IsType<Outcome.Replied>(await Node.Entities.AskAsync(new EntityRef(type, id), command, default)).Reply;

    private Task TellAsync(string type, Guid id, object command) => AskAsync(type, id, command);

    private Task<List<Guid>> KeysAsync(string sql) => Store.ListAsync<Guid>(sql, null, default);

    private async Task<List<byte[]>> BlobsAsync(string sql)
    {
        await using var connection = await Store.OpenReadAsync(default);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await using var reader = await command.ExecuteReaderAsync();
        var blobs = new List<byte[]>();
        while (await reader.ReadAsync()) blobs.Add(reader.GetValue(0) is string text ? Convert.FromBase64String(text) : (byte[])reader.GetValue(0));
        return [.. blobs.Where(static blob => blob.Length > 0)];
    }
}
