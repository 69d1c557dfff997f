using System.Collections.Immutable;
using Actors.Projects;
using Api.Access;
using Api.Security;

namespace Api.Tests.Access;

public sealed class AccessDecisionTests
{
    private static readonly Guid s_project = Guid.NewGuid();
    private static readonly AccessTarget s_target = new(s_project);
    private static readonly Caller s_user = new(CallerKind.Session, Guid.NewGuid(), Guid.NewGuid(), IsSuperUser: false, HasMfa: false, null);
    private static readonly Caller s_super = s_user with { IsSuperUser = true };

    [Fact]
    public void An_open_route_asks_for_nobody() => Assert.Null(Decide(Permission.Open, null, null));

    [Fact]
    public void Everything_else_asks_for_a_caller()
    {
        foreach (var permission in Enum.GetValues<Permission>())
        {
            if (PermissionTable.Of(permission).Level != PermissionLevel.None)
                Assert.Equal("unauthorized", Decide(permission, null, Member(ProjectRole.Owner)));
        }
    }

    [Fact]
    public void A_super_user_is_no_member_of_anything()
    {
        foreach (var permission in Enum.GetValues<Permission>())
        {
            var expected = PermissionTable.Of(permission).Level == PermissionLevel.Project ? "not_found" : null;
            Assert.Equal(expected, Decide(permission, s_super, null));
        }
    }

    [Fact]
    public void The_instance_is_for_super_users()
    {
        foreach (var permission in Enum.GetValues<Permission>())
        {
            if (PermissionTable.Of(permission).Level == PermissionLevel.Instance)
                Assert.Equal("forbidden", Decide(permission, s_user, Member(ProjectRole.Owner)));
        }
    }

    [Theory]
    [InlineData(false, "forbidden")]
    [InlineData(true, null)]
    public void Users_create_projects_only_if_the_instance_lets_them(bool isAllowed, string? refusal) =>
        Assert.Equal(refusal, Decide(Permission.CreateProjects, s_user, null, policy: new AccessPolicy(false, isAllowed)));

    [Fact]
    public void A_membership_counts_in_its_own_project_alone() =>
        Assert.Equal("not_found", Decide(Permission.ViewProject, s_user, Member(ProjectRole.Owner), new AccessTarget(Guid.NewGuid())));

    [Fact]
    public void What_does_not_exist_is_not_found() =>
        Assert.Equal("not_found", Decide(Permission.ViewHistory, s_user, Member(ProjectRole.Owner), new AccessTarget(null)));

    [Theory]
    [InlineData("history:view", null)]
    [InlineData("project:view", "scope_missing")]
    public void A_token_may_what_its_scopes_name(string scope, string? refusal) =>
        Assert.Equal(refusal, Decide(Permission.ViewHistory, With(scopes: [scope]), Member(ProjectRole.Viewer)));

    [Fact]
    public void A_token_with_a_scope_has_no_more_rights_than_its_user() =>
        Assert.Equal("forbidden", Decide(Permission.EditProject, With(scopes: ["project:edit"]), Member(ProjectRole.Viewer)));

    [Fact]
    public void A_project_that_a_token_does_not_name_does_not_exist_for_it()
    {
        Assert.Equal("not_found", Decide(Permission.ViewProject, With(projects: [Guid.NewGuid()]), Member(ProjectRole.Owner)));
        Assert.Null(Decide(Permission.ViewProject, With(projects: [s_project]), Member(ProjectRole.Owner)));
    }

    [Theory]
    [InlineData(nameof(Permission.ViewProject), null, null)]
    [InlineData(nameof(Permission.RunWorkflows), "staging", null)]
    [InlineData(nameof(Permission.RunWorkflows), "production", "environment_forbidden")]
    [InlineData(nameof(Permission.ViewHistory), "production", "environment_forbidden")]
    [InlineData(nameof(Permission.EditWorkflows), null, "environment_forbidden")]
    public void A_member_of_some_environments_is_held_to_them(string permission, string? environment, string? refusal)
    {
        var member = Member(ProjectRole.Owner) with { Environments = ["staging"] };
        Assert.Equal(refusal, Decide(Enum.Parse<Permission>(permission), s_user, member, new AccessTarget(s_project, environment)));
    }

    [Fact]
    public void A_token_narrows_environments_and_never_widens_them()
    {
        var token = With(environments: ["staging", "production"]);
        var member = Member(ProjectRole.Editor) with { Environments = ["staging", "test"] };
        Assert.Equal(["staging"], AccessDecision.Environments(token, member)!);
        Assert.Equal(["production", "staging"], AccessDecision.Environments(token, Member(ProjectRole.Editor))!.Order());
        Assert.Null(AccessDecision.Environments(s_user, Member(ProjectRole.Editor)));
    }

    [Theory]
    [InlineData(null, null, true)]
    [InlineData(null, "staging", true)]
    [InlineData("staging", null, false)]
    [InlineData("staging", "staging", true)]
    [InlineData("staging,test", "staging", true)]
    [InlineData("staging", "staging,test", false)]
    [InlineData("", "staging", false)]
    [InlineData("staging", "", true)]
    public void Grounds_cover_others_that_reach_no_further(string? now, string? before, bool isCovered)
    {
        Assert.Equal(isCovered, Grounds(now).Covers(Grounds(before)));
        Assert.Equal(isCovered, Grounds(now).Covers(before is null ? null : new EnvironmentSet([.. Names(before)])));
    }

    [Fact]
    public void A_project_that_asks_for_a_second_factor_shows_nothing_without_it()
    {
        var member = Member(ProjectRole.Owner) with { RequiresMfa = true };
        Assert.Equal("mfa_required", Decide(Permission.ViewProject, s_user, member));
        Assert.Null(Decide(Permission.ViewProject, s_user with { HasMfa = true }, member));
        Assert.Equal("not_found", Decide(Permission.ViewProject, s_user, null));
    }

    [Theory]
    [InlineData(nameof(Permission.OwnSignIn), null)]
    [InlineData(nameof(Permission.OwnAccount), "mfa_required")]
    [InlineData(nameof(Permission.ManageUsers), "mfa_required")]
    [InlineData(nameof(Permission.ViewProject), "mfa_required")]
    public void An_instance_that_asks_for_a_second_factor_lets_people_set_it_up(string permission, string? refusal) =>
        Assert.Equal(refusal, Decide(Enum.Parse<Permission>(permission), s_super, Member(ProjectRole.Owner), policy: new AccessPolicy(RequiresMfa: true, false)));

    [Theory]
    [InlineData(nameof(Permission.OwnSignIn), null)]
    [InlineData(nameof(Permission.OwnAccount), "password_expired")]
    [InlineData(nameof(Permission.ViewProject), "password_expired")]
    public void Who_has_an_expired_password_may_only_change_it(string permission, string? refusal) =>
        Assert.Equal(refusal, Decide(Enum.Parse<Permission>(permission), s_super with { MustChangePassword = true }, Member(ProjectRole.Owner)));

    private static string? Decide(
        Permission permission, Caller? caller, Membership? membership, AccessTarget? target = null, AccessPolicy policy = default) =>
        AccessDecision.Decide(PermissionTable.Of(permission), caller, membership, target ?? s_target, policy)?.Code;

    private static RequestAccess Grounds(string? environments) => new(
        s_user, Member(ProjectRole.Editor) with { Environments = environments is null ? null : [.. Names(environments)] }, default);

    private static string[] Names(string list) => list.Split(',', StringSplitOptions.RemoveEmptyEntries);

    private static Membership Member(ProjectRole role) => new(s_project, role, null, RequiresMfa: false);

    private static Caller With(string[]? scopes = null, Guid[]? projects = null, string[]? environments = null) => s_user with
    {
        Limits = new TokenLimits(scopes?.ToImmutableHashSet(), projects?.ToImmutableHashSet(), environments?.ToImmutableHashSet()),
    };
}
