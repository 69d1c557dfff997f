using Actors.Projects;
using Api.Security;
using Api.Tests.Fixtures;

namespace Api.Tests.Access;

/// <summary>
/// Every route of the table, asked by everybody there is: members of each role, somebody who is no member, a super user, nobody, and
/// tokens that have ended or are too narrow. What the answer must be follows from the permission's rule; that the rules are the
/// documented ones is tested by <see cref="PermissionTableTests"/>.
/// </summary>
public sealed class MatrixTests(People people) : IClassFixture<People>
{
    public static TheoryData<string, string> Guarded() => Routes(static level => level != PermissionLevel.None);

    public static TheoryData<string, string> OfProjects() => Routes(static level => level == PermissionLevel.Project);

    [Theory]
    [MemberData(nameof(Guarded))]
    public async Task Nobody_gets_in_without_a_token_that_is_good(string method, string pattern)
    {
        var world = await people.SharedWorldAsync();
        foreach (var role in (Role[])[Role.Nobody, Role.Ended, Role.Expired])
            (await CallAsync(role, method, world.Url(pattern))).MustBe(401, "unauthorized");
    }

    [Theory]
    [MemberData(nameof(Guarded))]
    public async Task Everybody_gets_what_their_role_has(string method, string pattern)
    {
        var rule = RuleOf(method, pattern);
        var world = method == "GET" ? await people.SharedWorldAsync() : await World.MakeAsync(people);
        var isGone = false;

        // Refusals first, then the weakest that may: what they do may end what the others ask for.
        foreach (var role in People.Signed.OrderBy(role => Refusal(rule, role, pattern) is null).ThenBy(role => role))
        {
            var answer = await CallAsync(role, method, world.Url(pattern));
            if (Refusal(rule, role, pattern) is { } refusal) answer.MustBe(refusal.Status, refusal.Code);
            else isGone |= MustBeGranted(role, answer, isGone || rule.Level != PermissionLevel.Project);
        }
    }

    [Theory]
    [MemberData(nameof(OfProjects))]
    public async Task A_members_token_of_another_project_finds_nothing(string method, string pattern)
    {
        var world = await people.SharedWorldAsync();
        (await CallAsync(Role.OwnerElsewhere, method, world.Url(pattern))).MustBe(404, "not_found");
    }

    private static (int Status, string Code)? Refusal(PermissionRule rule, Role role, string pattern)
    {
        if (role == Role.NarrowOwner && rule.Scope != People.NarrowScope) return (403, "scope_missing");
        if (role == Role.NarrowOwner) return null;
        return rule.Level switch
        {
            PermissionLevel.Instance => role == Role.Super ? null : (403, "forbidden"),
            PermissionLevel.Project => InProject(rule, role, pattern),
            _ => null,
        };
    }

    private static (int Status, string Code)? InProject(PermissionRule rule, Role role, string pattern)
    {
        if (role is Role.Outsider or Role.Super) return (404, "not_found");
        var member = role == Role.StagingEditor ? ProjectRole.Editor : Enum.Parse<ProjectRole>(role.ToString());
        if (member < rule.From) return (403, "forbidden");
        return role == Role.StagingEditor && (rule.NeedsEveryEnvironment || IsOfProduction(pattern)) ? (403, "environment_forbidden") : null;
    }

    /// <summary>The run of the project, and what belongs to it. Its operation is of all environments: its figures are everybody's.</summary>
    private static bool IsOfProduction(string pattern) =>
        pattern.Contains("{runId", StringComparison.Ordinal) || pattern.Contains("{workOrderId", StringComparison.Ordinal)
        || pattern.Contains("{dataclipId", StringComparison.Ordinal) || pattern.EndsWith("{operationId:guid}:stop", StringComparison.Ordinal);

    /// <param name="mayBeAbsent">What is asked for may not be there, or be somebody else's.</param>
    /// <returns>It was done: what was asked for may be there no longer.</returns>
    private static bool MustBeGranted(Role role, Answer answer, bool mayBeAbsent)
    {
        var code = (int)answer.Status >= 400 ? answer["code"] : null;
        var isRefused = (int)answer.Status == 401 || code is "forbidden" or "scope_missing" or "environment_forbidden" or "mfa_required"
            || (code == "not_found" && !mayBeAbsent);
        Assert.False(isRefused, $"{role} may, but was answered {(int)answer.Status} {answer.Text}");
        return (int)answer.Status is >= 200 and < 300;
    }

    private async Task<Answer> CallAsync(Role role, string method, string url) =>
        await people[role].CallAsync(new HttpMethod(method), url, method is "GET" or "DELETE" ? null : "{}", ifMatch: method is "PATCH" or "PUT" ? "*" : null);

    private static PermissionRule RuleOf(string method, string pattern) =>
        PermissionTable.Of(RouteTable.Routes.Single(route => route.Method == method && route.Pattern == pattern).Needs);

    private static TheoryData<string, string> Routes(Func<PermissionLevel, bool> which)
    {
        var data = new TheoryData<string, string>();
        foreach (var route in RouteTable.Routes.Where(route => which(PermissionTable.Of(route.Needs).Level))) data.Add(route.Method, route.Pattern);
        return data;
    }
}
