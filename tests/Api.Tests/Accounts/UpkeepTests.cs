using System.Net;
using System.Text.Json;
using Actors;
using Actors.Users;
using Actors.Vaults;
using Api.Accounts;
using Api.Accounts.Upkeep;
using Api.ReadModels;
using Api.Tests.Credentials;
using Api.Tests.Fixtures;
using Api.Tests.Unstored;
using Cluster.Entities;
using Cluster.Journal;
using Cluster.Kit;
using Cluster.Sealing;
using Kit;
using Microsoft.Extensions.DependencyInjection;

namespace Api.Tests.Accounts;

public sealed class UpkeepTests : IAsyncLifetime
{
    private readonly ShiftedTime _time = new();
    private TestNode _node = null!;

    public async Task InitializeAsync() => _node = await Clocked.StartAsync(_time);

    [Fact]
    public async Task An_expired_password_lets_in_to_change_it_and_api_tokens_go_on()
    {
        await SetAsync("""{"passwordMaxAgeDays":1}""");
        await _node.UserAsync("old@example.org");
        Later(days: 2);
        using var session = _node.As((await _node.SignInAsync("old@example.org", TestUsers.Password)).Access);

        (await session.GetAsync("/v1/projects", null)).MustBe(403, "password_expired");
        (await _node.Client.GetAsync("/v1/projects", null)).MustBe(HttpStatusCode.OK);
        var body = JsonSerializer.Serialize(new { currentPassword = TestUsers.Password, newPassword = "quiet-lantern-19-orbits" });
        (await session.CallAsync(HttpMethod.Put, "/v1/users/me/password", body)).MustBe(HttpStatusCode.NoContent);

        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while ((await session.GetAsync("/v1/projects", null)).Status != HttpStatusCode.OK) await Task.Delay(20, limit.Token);
    }

    [Fact]
    public async Task An_account_that_nobody_uses_is_locked_but_not_the_last_super_user()
    {
        await SetAsync("""{"staleAccountDays":30}""");
        var stale = await _node.UserAsync("stale@example.org");
        await _node.UserAsync("busy@example.org");
        Later(days: 29);
        await _node.SignInAsync("busy@example.org", TestUsers.Password);
        Later(days: 2);
        await PassAsync();

        (await TryAsync("stale@example.org", TestUsers.Password)).MustBe(403, "account_locked");
        (await TryAsync("stale@example.org", "wrong-password-here")).MustBe(401, "sign_in_failed");
        await _node.SignInAsync("busy@example.org", TestUsers.Password);
        await _node.SignInAsync(FirstUser.Email, FirstUser.Password);
        Assert.Contains("user.locked_stale", await ActionsAsync());

        Assert.Equal("active", (await _node.Client.CallAsync(HttpMethod.Post, $"/v1/users/{stale}:unlock")).MustBe(HttpStatusCode.OK)["status"]);
        await PassAsync();
        await _node.SignInAsync("stale@example.org", TestUsers.Password);
    }

    [Fact]
    public async Task Own_deletion_needs_the_address_and_a_fresh_sign_in()
    {
        await _node.UserAsync("leaves@example.org");
        using var session = _node.As((await _node.SignInAsync("leaves@example.org", TestUsers.Password)).Access);
        (await DeleteAsync(session, null)).MustBe(422, "invalid").MustNameField("email");
        (await DeleteAsync(session, "other@example.org")).MustBe(422, "invalid");
        using var root = _node.As((await _node.SignInAsync(FirstUser.Email, FirstUser.Password)).Access);
        (await DeleteAsync(root, FirstUser.Email)).MustBe(409, "last_super_user");
        (await DeleteAsync(_node.Client, FirstUser.Email)).MustBe(403, "session_required");
        Later(minutes: 6);
        (await DeleteAsync(session, "leaves@example.org")).MustBe(403, "fresh_sign_in_needed");

        using var fresh = _node.As((await _node.SignInAsync("leaves@example.org", TestUsers.Password)).Access);
        Assert.NotNull((await DeleteAsync(fresh, "Leaves@example.org")).MustBe(HttpStatusCode.Accepted)["purgeAt"]);
        await TestUsers.RefusedSoonAsync(fresh);
        (await TryAsync("leaves@example.org", TestUsers.Password)).MustBe(401, "sign_in_failed");
    }

    [Fact]
    public async Task Who_owns_projects_hands_them_over_before_they_go()
    {
        await _node.UserAsync("second@example.org", superUser: true);
        var user = await _node.UserAsync("owns@example.org", superUser: true);
        using var owner = _node.As((await _node.SignInAsync("owns@example.org", TestUsers.Password)).Access);
        var project = (await owner.PostAsync("/v1/projects", """{"name":"theirs"}""")).MustBe(HttpStatusCode.Created).Id;

        Assert.Contains($"{project}", (await DeleteAsync(owner, "owns@example.org")).MustBe(409, "owns_projects")["detail"]);
        (await _node.Client.CallAsync(HttpMethod.Delete, $"/v1/users/{user}")).MustBe(409, "owns_projects");
        (await owner.CallAsync(HttpMethod.Delete, $"/v1/projects/{project}")).MustBe(HttpStatusCode.Accepted);
        (await DeleteAsync(owner, "owns@example.org")).MustBe(HttpStatusCode.Accepted);
    }

    /// <summary>As if the node had ended after any of the steps.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task A_purge_leaves_nothing_of_the_person_wherever_it_was_interrupted(int stepsDone)
    {
        var user = await _node.UserAsync("gone@example.org");
        using var session = _node.As((await _node.SignInAsync("gone@example.org", TestUsers.Password)).Access);
        (await session.PostAsync("/v1/credentials", """{"name":"mine","schema":"raw","body":{"key":"value"}}""")).MustBe(HttpStatusCode.Created);
        (await _node.Client.CallAsync(HttpMethod.Delete, $"/v1/users/{user}")).MustBe(HttpStatusCode.Accepted);
        await PassAsync();
        Assert.Equal(1, await CountAsync("accounts", "id", user));
        Later(days: 8);

        var purge = _node.Services.GetRequiredService<Purge>();
        if (stepsDone > 0) Assert.True(await purge.LeaveProjectsAsync(user, CancellationToken.None));
        if (stepsDone > 1) Assert.True(await purge.DeleteCredentialsAsync(user, CancellationToken.None));
        if (stepsDone > 2) Assert.True(await purge.EraseAsync(user, CancellationToken.None));
        if (stepsDone > 3) Assert.IsType<Outcome.Replied>(await AskVaultAsync(user, new VaultCommand.Erase()));
        if (stepsDone > 4) await _node.Services.GetRequiredService<DataKeys>().DestroyAsync(user, CancellationToken.None);
        if (stepsDone > 5) Assert.True(await purge.DestroyKeyAsync(user, CancellationToken.None));
        await PassAsync();
        await PassAsync();

        foreach (var table in (string[])["accounts", "users"]) Assert.Equal(0, await CountAsync(table, "id", user));
        foreach (var table in (string[])["sessions", "api_tokens"]) Assert.Equal(0, await CountAsync(table, "user_id", user));
        Assert.Equal(0, await CountAsync("credentials", "vault_id", user));
        Assert.Equal(0, await CountAsync("erased_users", "user_id", user));
        Assert.Equal(1, await CountAsync("journal", "entity_id", user, "and entity_type = 'user'"));
        Assert.Equal(1, await CountAsync("data_keys", "owner", user, "and state = 'destroyed' and length(wrapped) = 0"));
        Assert.Equal(1, await CountAsync("data_keys", "owner", user));
        Assert.Equal([KeyOwners.Instance], await KeyOwnersAsync(user));
        (await _node.Client.GetAsync($"/v1/users/{user}", null)).MustBe(404, "not_found");
        await _node.UserAsync("gone@example.org");
    }

    [Fact]
    public async Task What_a_purged_account_gave_is_gone_and_what_names_it_stays()
    {
        var user = await _node.UserAsync("gone@example.org");
        using var session = _node.As((await _node.SignInAsync("gone@example.org", TestUsers.Password)).Access);
        var project = await _node.ProjectAsync();
        (await _node.Client.PostAsync($"/v1/projects/{project}/members", $$"""{"userId":"{{user}}","role":"editor"}""")).MustBe(HttpStatusCode.Created);
        var credential = (await session.PostAsync("/v1/credentials", """{"name":"mine","schema":"raw","body":{"key":"value"}}""")).MustBe(HttpStatusCode.Created).Id;
        (await session.CallAsync(HttpMethod.Put, $"/v1/credentials/{credential}/projects/{project}")).MustBe(HttpStatusCode.NoContent);
        Assert.Equal("""{"key":"value"}""", await _node.OpenAsync(credential, project));
        (await _node.Client.CallAsync(HttpMethod.Delete, $"/v1/users/{user}")).MustBe(HttpStatusCode.Accepted);
        Later(days: 8);
        await PassAsync();

        Assert.Equal(VaultRefusals.DeletedCode, await _node.RefusalAsync(credential, project));
        var late = new VaultCommand.Create(_node.Entities.NewLocalId(), "late", "raw", ["a"], new SealedBody(new byte[] { 1 }));
        Assert.Equal(VaultRefusals.ErasedCode, Assert.IsType<Outcome.Refused>(await AskVaultAsync(user, late)).Refusal.Code);
        await Assert.ThrowsAsync<KeyDestroyedException>(
            async () => await _node.Services.GetRequiredService<People>().SealAsync(user, new Person("Late", "late@example.org"), default));

        await UnstoredGiven.UntilAsync(async () => await CountAsync("audit_entries", "item_id", user, "and action = 'keys.destroyed'") == 1);
        Assert.Equal(1, await CountAsync("audit_entries", "item_id", user, "and action = 'user.purged'"));
        var trail = (await _node.Client.GetAsync($"/v1/audit?projectId={project}&limit=100", null)).MustBe(HttpStatusCode.OK).Text;
        Assert.Contains($"{user}", trail, StringComparison.Ordinal);
        Assert.Equal("True", (await _node.Client.PostAsync("/v1/audit:verify", "{}")).MustBe(HttpStatusCode.OK)["ok"]);
    }

    [Fact]
    public async Task A_user_who_never_got_an_account_is_erased_after_an_hour()
    {
        var id = _node.Entities.NewLocalId();
        var person = await _node.Services.GetRequiredService<People>().SealAsync(id, new Person("Nobody", "nobody@example.org"), default);
        Assert.IsType<Outcome.Replied>(await _node.Entities.AskNewAsync(
            new EntityRef(EntityTypes.User, id), new UserCommand.Create(person, null), CancellationToken.None));
        await PassAsync();
        Assert.Equal(1, await CountAsync("users", "id", id));
        Later(minutes: 61);
        await PassAsync();
        Assert.Equal(0, await CountAsync("users", "id", id));
        Assert.Equal(0, await CountAsync("erased_users", "user_id", id));
        Assert.Equal(1, await CountAsync("data_keys", "owner", id, "and state = 'destroyed'"));
    }

    public async Task DisposeAsync() => await _node.DisposeAsync();

    private void Later(int days = 0, int minutes = 0) => _time.Set(_time.GetUtcNow().AddDays(days).AddMinutes(minutes));

    private Task PassAsync() => _node.Services.GetRequiredService<AccountUpkeep>().PassAsync(CancellationToken.None);

    private async Task SetAsync(string patch) =>
        (await _node.Client.CallAsync(HttpMethod.Patch, "/v1/instance/settings", patch)).MustBe(HttpStatusCode.OK);

    private Task<Answer> TryAsync(string email, string password) =>
        _node.Open.PostAsync("/v1/sessions", JsonSerializer.Serialize(new { email, password }));

    private static Task<Answer> DeleteAsync(HttpClient client, string? email) =>
        client.CallAsync(HttpMethod.Delete, "/v1/users/me", JsonSerializer.Serialize(new { email }));

    private Task<List<string>> ActionsAsync() =>
        Store.ListAsync<string>("select action from audit_entries", null, CancellationToken.None);

    private ValueTask<Outcome> AskVaultAsync(Guid user, VaultCommand command) =>
        _node.Entities.AskAsync(new EntityRef(EntityTypes.Vault, user), command, CancellationToken.None);

    /// <summary>Under whose keys the journal of a user and of their vault is sealed.</summary>
    private async Task<List<Guid>> KeyOwnersAsync(Guid user)
    {
        var owners = new List<Guid>();
        foreach (var payload in await Store.ListAsync<byte[]>(
            "select payload from journal where entity_id = @user union all select payload from snapshot where entity_id = @user", new { user }, default))
            owners.Add(await Store.FindAsync<Guid>("select owner from data_keys where id = @id", new { id = SealedBlob.KeyIdOf(payload) }, default));
        return [.. owners.Distinct()];
    }

    private async Task<long> CountAsync(string table, string column, Guid id, string more = "") =>
        await Store.FindAsync<long>($"select count(*) from {table} where {column} = @id {more}", new { id }, CancellationToken.None);

    private IReadStore Store => _node.Services.GetRequiredService<IReadStore>();
}
