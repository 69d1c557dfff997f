using System.Net;
using System.Text;
using Api.Projects;
using Api.Tests.Fixtures;
using Cluster.Journal;
using Api.ReadModels;
using Microsoft.Extensions.DependencyInjection;

namespace Api.Tests.Members;

public sealed class InvitationRouteTests(MemberNode members) : IClassFixture<MemberNode>
{
    [Fact]
    public async Task A_link_lets_the_invited_person_in_once()
    {
        var owner = await members.UserAsync("ada");
        var project = await owner.ProjectAsync();
        var (token, email) = await InviteAsync(owner, project, "new@example.org");
        var ben = await members.UserAsync("ben", email: email.ToUpperInvariant());

        var joined = (await AcceptAsync(ben, token)).MustBe(HttpStatusCode.OK);
        Assert.Equal((project.ToString(), "editor"), (joined["projectId"], joined["role"]));
        Assert.Equal(2, (await owner.Client.GetAsync($"/v1/projects/{project}/members", null)).Items.Length);
        Assert.Empty((await owner.Client.GetAsync($"/v1/projects/{project}/invitations", null)).Items);
        (await AcceptAsync(ben, token)).MustBe(410, "invitation_used");
    }

    [Fact]
    public async Task The_list_shows_whom_but_never_the_token()
    {
        var owner = await members.UserAsync("ada");
        var project = await owner.ProjectAsync();
        var (token, email) = await InviteAsync(owner, project, "list@example.org");

        var list = (await owner.Client.GetAsync($"/v1/projects/{project}/invitations", null)).MustBe(HttpStatusCode.OK);
        var item = Assert.Single(list.Items);
        Assert.Equal((email, owner.Id), (item.GetProperty("email").GetString(), item.GetProperty("invitedBy").GetGuid()));
        Assert.False(item.TryGetProperty("token", out _));
        Assert.DoesNotContain(token, list.Text);
        Assert.Equal(TimeSpan.FromDays(7), item.GetProperty("expiresAt").GetDateTimeOffset() - item.GetProperty("createdAt").GetDateTimeOffset());
    }

    [Fact]
    public async Task A_revoked_link_and_one_for_somebody_else_let_nobody_in()
    {
        var (owner, ben) = (await members.UserAsync("ada"), await members.UserAsync("ben"));
        var project = await owner.ProjectAsync();
        var (token, _) = await InviteAsync(owner, project, "other@example.org");
        (await AcceptAsync(ben, token)).MustBe(409, "invitation_for_another");

        var id = (await owner.Client.GetAsync($"/v1/projects/{project}/invitations", null)).Items[0].GetProperty("id").GetGuid();
        (await owner.Client.CallAsync(HttpMethod.Delete, $"/v1/projects/{project}/invitations/{id}")).MustBe(HttpStatusCode.NoContent);
        (await AcceptAsync(ben, token)).MustBe(410, "invitation_revoked");
        (await owner.Client.CallAsync(HttpMethod.Delete, $"/v1/projects/{project}/invitations/{Guid.NewGuid()}"))
            .MustBe(404, "invitation_not_found");
    }

    [Fact]
    public async Task What_was_never_a_token_is_refused_and_a_guess_finds_nothing()
    {
        var (owner, ben) = (await members.UserAsync("ada"), await members.UserAsync("ben"));
        var project = await owner.ProjectAsync();
        var (token, _) = await InviteAsync(owner, project, "guess@example.org");
        Assert.True(InvitationTokens.TryRead(token, out var projectId, out var id));

        foreach (var wrong in (string?[])[null, "", "cinv_", "cinv_AAAA", token[5..], token + "A", new string('x', 10_000)])
        {
            (await ben.Client.PostAsync("/v1/invitations:accept", $$"""{"token":{{(wrong is null ? "null" : $"\"{wrong}\"")}}}"""))
                .MustBe(422, "invalid").MustNameField("token");
        }

        (await AcceptAsync(ben, InvitationTokens.Make(projectId, id))).MustBe(404, "invitation_not_found");
        (await AcceptAsync(ben, InvitationTokens.Make(projectId, Guid.NewGuid()))).MustBe(404, "invitation_not_found");
        (await AcceptAsync(ben, InvitationTokens.Make(Guid.NewGuid(), id))).MustBe(404, "project_not_found");
    }

    [Fact]
    public async Task A_user_who_has_the_address_joins_at_once()
    {
        var (owner, ben) = (await members.UserAsync("ada"), await members.UserAsync("ben"));
        var project = await owner.ProjectAsync();
        var url = $"/v1/projects/{project}/invitations";
        var joined = (await owner.Client.PostAsync(url, $$"""{"email":"{{ben.Email}}","role":"viewer"}""")).MustBe(HttpStatusCode.OK);
        Assert.Equal((ben.Id.ToString(), "viewer"), (joined["userId"], joined["role"]));
        (await owner.Client.PostAsync(url, $$"""{"email":"{{ben.Email}}","role":"admin"}""")).MustBe(409, "member_exists");
    }

    [Theory]
    [InlineData("""{"email":"a@example.org","role":"owner"}""", "member_invalid", "role")]
    [InlineData("""{"email":"a@example.org"}""", "invalid", "role")]
    [InlineData("""{"email":"nobody","role":"viewer"}""", "invalid", "email")]
    [InlineData("""{"email":"a b@example.org","role":"viewer"}""", "invalid", "email")]
    [InlineData("""{"role":"viewer"}""", "invalid", "email")]
    public async Task An_invitation_that_breaks_a_rule_is_refused(string body, string code, string field)
    {
        var owner = await members.UserAsync("ada");
        var project = await owner.ProjectAsync();
        (await owner.Client.PostAsync($"/v1/projects/{project}/invitations", body)).MustBe(422, code).MustNameField(field);
    }

    [Fact]
    public async Task An_address_is_invited_once_and_stands_nowhere_in_clear()
    {
        var owner = await members.UserAsync("ada");
        var project = await owner.ProjectAsync();
        await InviteAsync(owner, project, "clear-marker@example.org");
        (await owner.Client.PostAsync($"/v1/projects/{project}/invitations", """{"email":"clear-marker@example.org","role":"viewer"}"""))
            .MustBe(409, "invitation_exists");

        var store = members.Node.Services.GetRequiredService<IReadStore>();
        foreach (var sql in (string[])["select payload from journal", "select sealed_email from project_invitations"])
        {
            var stored = await store.ListAsync<object>(sql, null, CancellationToken.None);
            Assert.NotEmpty(stored);
            Assert.DoesNotContain(stored, row =>
                ((IDictionary<string, object>)row).Values.Any(value => Text(value).Contains("clear-marker", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public async Task Who_has_no_account_yet_is_shown_what_the_link_is_about()
    {
        var owner = await members.UserAsync("ada");
        var project = await owner.ProjectAsync();
        var (token, email) = await InviteAsync(owner, project, "look@example.org");
        var invitations = members.Node.Services.GetRequiredService<Invitations>();

        Assert.Equal(email, (await invitations.OpenAsync(token, CancellationToken.None))?.Email);
        Assert.True(InvitationTokens.TryRead(token, out var projectId, out var id));
        Assert.Null(await invitations.OpenAsync(InvitationTokens.Make(projectId, id), CancellationToken.None));
        Assert.Null(await invitations.OpenAsync("cinv_AAAA", CancellationToken.None));
    }

    private static string Text(object value) => value is byte[] bytes ? Encoding.UTF8.GetString(bytes) : value?.ToString() ?? "";

    private static async Task<(string Token, string Email)> InviteAsync(TestUser by, Guid project, string email)
    {
        var made = (await by.Client.PostAsync($"/v1/projects/{project}/invitations", $$"""{"email":"{{email}}","role":"editor"}"""))
            .MustBe(HttpStatusCode.Created);
        return (made["token"]!, email);
    }

    private static Task<Answer> AcceptAsync(TestUser user, string token) =>
        user.Client.PostAsync("/v1/invitations:accept", $$"""{"token":"{{token}}"}""");
}
