using System.Net;
using Api.Tests.Fixtures;

namespace Api.Tests.Members;

public sealed class OwnershipRouteTests(MemberNode members) : IClassFixture<MemberNode>
{
    [Fact]
    public async Task A_project_changes_hands_by_offer_and_acceptance()
    {
        var (ada, ben, project) = await GivenAsync();
        (await OfferAsync(ada, project, ben)).MustBe(HttpStatusCode.NoContent);
        var offered = (await ada.Client.GetAsync($"/v1/projects/{project}", null)).Json.GetProperty("ownershipOffer");
        Assert.Equal(ben.Id, offered.GetProperty("userId").GetGuid());

        Assert.Equal("owner", (await AcceptAsync(ben, project)).MustBe(HttpStatusCode.OK)["role"]);
        var after = await ada.Client.GetAsync($"/v1/projects/{project}", null);
        Assert.Equal(ben.Id.ToString(), after["ownerId"]);
        Assert.Null(after["ownershipOffer"]);
        (await ada.Client.CallAsync(HttpMethod.Delete, $"/v1/projects/{project}/members/me")).MustBe(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task Of_two_who_accept_at_once_one_does()
    {
        var (ada, ben, project) = await GivenAsync();
        await OfferAsync(ada, project, ben);
        var answers = await Task.WhenAll(AcceptAsync(ben, project), AcceptAsync(ben, project));
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.Conflict], answers.Select(answer => answer.Status).Order());
    }

    [Fact]
    public async Task Of_two_offers_at_once_to_different_members_one_stands()
    {
        var (ada, ben, project) = await GivenAsync();
        var cleo = await members.UserAsync("cleo");
        await ada.AddAsync(project, cleo);
        var answers = await Task.WhenAll(OfferAsync(ada, project, ben), OfferAsync(ada, project, cleo));
        Assert.Equal([HttpStatusCode.NoContent, HttpStatusCode.Conflict], answers.Select(answer => answer.Status).Order());
    }

    [Fact]
    public async Task An_offer_is_declined_or_withdrawn()
    {
        var (ada, ben, project) = await GivenAsync();
        foreach (var by in (TestUser[])[ada, ben])
        {
            await OfferAsync(ada, project, ben);
            (await by.Client.CallAsync(HttpMethod.Post, $"/v1/projects/{project}/ownership:decline")).MustBe(HttpStatusCode.NoContent);
            (await AcceptAsync(ben, project)).MustBe(409, "no_ownership_offer");
        }
    }

    [Fact]
    public async Task Only_the_owner_offers_and_only_to_a_member()
    {
        var (ada, ben, project) = await GivenAsync();
        (await OfferAsync(ben, project, ada)).MustBe(403, "forbidden");
        (await OfferAsync(ada, project, await members.UserAsync("stranger"))).MustBe(404, "member_not_found");
        (await OfferAsync(ada, project, ada)).MustBe(409, "member_exists");
    }

    private async Task<(TestUser Ada, TestUser Ben, Guid Project)> GivenAsync()
    {
        var (ada, ben) = (await members.UserAsync("ada"), await members.UserAsync("ben"));
        var project = await ada.ProjectAsync();
        await ada.AddAsync(project, ben);
        return (ada, ben, project);
    }

    private static Task<Answer> OfferAsync(TestUser by, Guid project, TestUser to) =>
        by.Client.PostAsync($"/v1/projects/{project}/ownership:offer", $$"""{"userId":"{{to.Id}}"}""");

    private static Task<Answer> AcceptAsync(TestUser by, Guid project) =>
        by.Client.CallAsync(HttpMethod.Post, $"/v1/projects/{project}/ownership:accept");
}
