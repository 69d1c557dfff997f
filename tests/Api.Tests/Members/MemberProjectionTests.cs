using Actors;
using Actors.Projects;
using Api.ReadModels;
using Api.Tests.Fixtures;
using Cluster.Entities;
using Microsoft.Extensions.DependencyInjection;

namespace Api.Tests.Members;

/// <summary>Rows of members and invitations follow their project.</summary>
public sealed class MemberProjectionTests(SharedNode shared) : IClassFixture<SharedNode>
{
    private readonly MemberQueries _members = shared.Node.Services.GetRequiredService<MemberQueries>();
    private readonly ProjectQueries _projects = shared.Node.Services.GetRequiredService<ProjectQueries>();

    [Fact]
    public async Task Memberships_of_a_user_say_what_the_guard_needs()
    {
        var (owner, other) = (Guid.NewGuid(), Guid.NewGuid());
        var project = await CreateAsync(owner);
        await TellAsync(project, new ProjectCommand.AddMember(other, ProjectRole.Editor, new EnvironmentSet(["staging"]), false));
        await TellAsync(project, new ProjectCommand.Update(null, "demo", null, null)
        {
            Policies = new ProjectPolicies(true, RetentionPolicy.RetainAll, 90, 30) { Environments = new EnvironmentSet(["main", "staging"]) },
        });

        var membership = Assert.Single(await _members.OfUserAsync(other, CancellationToken.None));
        Assert.Equal(
            (project, "editor", "staging", true),
            (membership.ProjectId, membership.Role, membership.Environments, membership.RequiresMfa));
        Assert.Equal("owner", (await _members.FindMembershipAsync(project, owner, CancellationToken.None))?.Role);
        Assert.Null(await _members.FindMembershipAsync(project, Guid.NewGuid(), CancellationToken.None));
        var row = await _projects.FindAsync(project, CancellationToken.None);
        Assert.Equal(("main,staging", 90, 30, owner), (row!.Environments, row.HistoryRetentionDays, row.DataclipRetentionDays, row.OwnerId));
    }

    [Fact]
    public async Task An_owner_who_hands_over_and_leaves_is_gone_from_the_rows()
    {
        var (owner, other) = (Guid.NewGuid(), Guid.NewGuid());
        var project = await CreateAsync(owner);
        await TellAsync(project, new ProjectCommand.AddMember(other, ProjectRole.Viewer, null, false));
        await TellAsync(project, new ProjectCommand.OfferOwnership(owner, other));
        Assert.Equal(other, (await _projects.FindAsync(project, CancellationToken.None))!.OfferedTo);

        await TellAsync(project, new ProjectCommand.AcceptOwnership(other));
        var row = await _projects.FindAsync(project, CancellationToken.None);
        Assert.Equal((other, null), (row!.OwnerId, row.OfferedTo));
        Assert.Equal("admin", (await _members.FindAsync(project, owner, CancellationToken.None))?.Role);

        await TellAsync(project, new ProjectCommand.RemoveMember(owner));
        Assert.Empty(await _members.OfUserAsync(owner, CancellationToken.None));
        Assert.Equal([other], (await _members.OfProjectAsync(project, null, 10, CancellationToken.None)).Select(member => member.UserId));
    }

    [Fact]
    public async Task Invitations_are_listed_until_they_are_closed_and_end_with_the_project()
    {
        var owner = Guid.NewGuid();
        var project = await CreateAsync(owner);
        var (used, revoked, left) = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());
        foreach (var id in (Guid[])[used, revoked, left])
        {
            await TellAsync(project, new ProjectCommand.Invite(id, owner, $"key-{id}", "sealed", ProjectRole.Editor, null, "hash"));
        }

        await TellAsync(project, new ProjectCommand.AcceptInvitation(used, "hash", $"key-{used}", Guid.NewGuid()));
        await TellAsync(project, new ProjectCommand.RevokeInvitation(revoked));
        Assert.Equal([left], (await _members.InvitationsAsync(project, null, 10, CancellationToken.None)).Select(one => one.Id));
        Assert.Equal(2, (await _members.OfProjectAsync(project, null, 10, CancellationToken.None)).Count);

        await TellAsync(project, new ProjectCommand.Delete());
        Assert.Empty(await _members.InvitationsAsync(project, null, 10, CancellationToken.None));
        Assert.Empty(await _members.OfProjectAsync(project, null, 10, CancellationToken.None));
    }

    private async Task<Guid> CreateAsync(Guid owner)
    {
        var id = shared.Node.Entities.NewLocalId();
        await TellAsync(id, new ProjectCommand.Create("demo", null, null)
        {
            OwnerId = owner,
            Policies = ProjectPolicies.Usual with { Environments = new EnvironmentSet(["main", "staging"]) },
        });
        return id;
    }

    private async Task TellAsync(Guid project, ProjectCommand command) => Assert.IsType<Outcome.Replied>(
        await shared.Node.Entities.AskAsync(new EntityRef(EntityTypes.Project, project), command, CancellationToken.None));
}
