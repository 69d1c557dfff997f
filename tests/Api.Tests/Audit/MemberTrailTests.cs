using System.Net;
using System.Text.Json;
using Api.Hosting;
using Api.Tests.Fixtures;

namespace Api.Tests.Audit;

/// <summary>Who is in a project, who owns it, who is invited: each change once, by whom, with ids alone.</summary>
public sealed class MemberTrailTests : IAsyncLifetime
{
    private AuditNode _node = null!;
    private TestPerson _ada = null!;
    private TestPerson _ben = null!;
    private Guid _project;

    public async Task InitializeAsync()
    {
        _node = await AuditNode.StartAsync(StoreType.Sqlite);
        await _node.OpenToAllAsync();
        (_ada, _ben) = (await _node.Node.PersonAsync("ada-marker"), await _node.Node.PersonAsync("ben-marker"));
        _project = await _ada.ProjectAsync(more: ""","environments":["main","staging"]""");
    }

    public async Task DisposeAsync() => await _node.DisposeAsync();

    [Fact]
    public async Task Members_are_recorded_as_they_come_change_and_go()
    {
        var cleo = await _node.Node.PersonAsync("cleo-marker");
        await _ada.AddAsync(_project, _ben, more: ""","environments":["staging"]""");
        await _ada.AddAsync(_project, cleo, "viewer");
        (await _ada.Client.CallAsync(HttpMethod.Patch, Member(_ben), """{"role":"admin","environments":null}""")).MustBe(HttpStatusCode.OK);
        (await _ben.Client.CallAsync(HttpMethod.Patch, Url("members/me"), """{"digest":"daily","failureAlert":true}""")).MustBe(HttpStatusCode.OK);
        (await _ben.Client.CallAsync(HttpMethod.Delete, Member(cleo))).MustBe(HttpStatusCode.NoContent);
        (await _ben.Client.CallAsync(HttpMethod.Delete, Url("members/me"))).MustBe(HttpStatusCode.NoContent);

        var ben = await EntriesAsync(_ben.Id);
        Assert.Equal(["member.left", "member.changed", "member.added"], ben.Select(Shown.Action));
        Assert.Equal([_ben.Id, _ada.Id, _ada.Id], ben.Select(Shown.Actor));
        Assert.All(ben, static entry => Assert.Equal("user", entry.GetProperty("item").GetProperty("type").GetString()));
        Assert.Equal((("", "editor"), ("", "staging")), (ben[2].Change("role"), ben[2].Change("environments")));
        Assert.Equal((("editor", "admin"), ("staging", "")), (ben[1].Change("role"), ben[1].Change("environments")));
        Assert.Equal(("admin", ""), ben[0].Change("role"));
        var gone = (await EntriesAsync(cleo.Id))[0];
        Assert.Equal(("member.removed", _ben.Id), (gone.Action(), gone.Actor()));
        await NobodyIsNamedAsync();
    }

    [Fact]
    public async Task A_project_that_changes_hands_is_recorded_at_each_step()
    {
        await _ada.AddAsync(_project, _ben, "admin");
        await OfferAsync();
        await SayAsync(_ben, "decline");
        await OfferAsync();
        await SayAsync(_ada, "decline");
        await OfferAsync();
        await SayAsync(_ben, "accept", HttpStatusCode.OK);

        var entries = await EntriesAsync(_ben.Id, "ownership.");
        Assert.Equal(
            ["ownership.accepted", "ownership.offered", "ownership.withdrawn", "ownership.offered", "ownership.declined", "ownership.offered"],
            entries.Select(Shown.Action));
        Assert.Equal([_ben.Id, _ada.Id, _ada.Id, _ada.Id, _ben.Id, _ada.Id], entries.Select(Shown.Actor));
        Assert.Equal(((_ada.Id.ToString(), _ben.Id.ToString()), ("admin", "owner")), (entries[0].Change("ownerId"), entries[0].Change("role")));
        Assert.Equal(_ada.Id, entries[1].Detail("from").GetGuid());
    }

    [Fact]
    public async Task What_a_super_user_does_is_told_from_what_people_agree_on()
    {
        var sue = await _node.Node.PersonAsync("sue-marker", isSuperUser: true);
        await _ada.AddAsync(_project, sue);
        (await _ada.Client.PostAsync(Url("ownership:offer"), $$"""{"userId":"{{sue.Id}}"}""")).MustBe(HttpStatusCode.NoContent);
        (await sue.Client.CallAsync(HttpMethod.Put, Appointed(sue), $$"""{"role":"owner","replacesOwner":"{{_ada.Id}}"}""")).MustBe(HttpStatusCode.OK);
        (await sue.Client.CallAsync(HttpMethod.Put, Appointed(_ada), $$"""{"role":"owner","replacesOwner":"{{sue.Id}}"}""")).MustBe(HttpStatusCode.OK);
        (await sue.Client.CallAsync(HttpMethod.Delete, Appointed(sue))).MustBe(HttpStatusCode.NoContent);

        var entries = await EntriesAsync(sue.Id);
        Assert.Equal(["member.removed", "ownership.appointed", "ownership.offered", "member.added"], entries.Select(Shown.Action));
        Assert.Equal(["super_user", "super_user", "user", "user"], entries.Select(Shown.ActorKind));
        Assert.Equal("ownership.appointed", Assert.Single(await EntriesAsync(_ada.Id)).Action());
    }

    [Fact]
    public async Task Invitations_are_recorded_without_addresses_or_tokens()
    {
        var (first, token) = await InviteAsync("new-marker@example.org");
        var (second, other) = await InviteAsync("other-marker@example.org");
        (await _ada.Client.CallAsync(HttpMethod.Delete, Url($"invitations/{second}"))).MustBe(HttpStatusCode.NoContent);
        var dana = await _node.Node.PersonAsync("dana", email: "new-marker@example.org");
        (await dana.Client.PostAsync("/v1/invitations:accept", $$"""{"token":"{{token}}"}""")).MustBe(HttpStatusCode.OK);

        var entries = await EntriesAsync(first);
        Assert.Equal([("invitation.accepted", dana.Id), ("invitation.created", _ada.Id)], entries.Select(static entry => (entry.Action(), entry.Actor())));
        Assert.Equal((dana.Id, "editor"), (entries[0].Detail("userId").GetGuid(), entries[1].Detail("role").GetString()));
        Assert.Equal(["invitation.revoked", "invitation.created"], (await EntriesAsync(second)).Select(Shown.Action));
        await NobodyIsNamedAsync(token, other);
    }

    private async Task<(Guid Id, string Token)> InviteAsync(string email)
    {
        var made = (await _ada.Client.PostAsync(Url("invitations"), $$"""{"email":"{{email}}","role":"editor"}""")).MustBe(HttpStatusCode.Created);
        return (made.Id, made["token"]!);
    }

    private async Task OfferAsync() =>
        (await _ada.Client.PostAsync(Url("ownership:offer"), $$"""{"userId":"{{_ben.Id}}"}""")).MustBe(HttpStatusCode.NoContent);

    private async Task SayAsync(TestPerson by, string word, HttpStatusCode status = HttpStatusCode.NoContent) =>
        (await by.Client.CallAsync(HttpMethod.Post, Url($"ownership:{word}"))).MustBe(status);

    private async Task<JsonElement[]> EntriesAsync(Guid item, string action = "") =>
        await _node.EntriesAsync($"item={item}&project={_project}&action={action}");

    /// <summary>In all that the owner of the project reads.</summary>
    private async Task NobodyIsNamedAsync(params string[] never)
    {
        var trail = (await _ada.Client.GetAsync(Url("audit?limit=200"), null)).MustBe(HttpStatusCode.OK);
        Assert.NotEmpty(trail.Items);
        Assert.All([.. never, "marker", "example.org"], word => Assert.DoesNotContain(word, trail.Text, StringComparison.Ordinal));
    }

    private string Url(string rest) => $"/v1/projects/{_project}/{rest}";

    private string Member(TestPerson person) => Url($"members/{person.Id}");

    private string Appointed(TestPerson person) => $"/v1/admin/projects/{_project}/members/{person.Id}";
}
