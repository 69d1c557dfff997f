using System.Text.RegularExpressions;
using Actors.Projects;
using Api.Security;
using Cluster.Kit;

namespace Api.Tests.Access;

public sealed partial class PermissionTableTests
{
    private static readonly ProjectRole[] s_columns = [ProjectRole.Owner, ProjectRole.Admin, ProjectRole.Editor, ProjectRole.Viewer];

    /// <summary>The rows of the documented table, which stand there one by one as the source has them.</summary>
    public static TheoryData<string, string, string, string> Rows()
    {
        var data = new TheoryData<string, string, string, string>();
        foreach (var line in File.ReadLines(RepositoryFiles.At("docs/permissions.md")))
        {
            if (TableRow().Match(line) is { Success: true } row)
                data.Add(row.Groups["action"].Value, row.Groups["who"].Value, row.Groups["permission"].Value, row.Groups["route"].Value);
        }

        return data;
    }

    [Fact]
    public void The_table_has_its_27_rows() => Assert.Equal(27, Rows().Count);

    [Theory]
    [MemberData(nameof(Rows))]
    public void A_role_has_what_the_table_says(string action, string who, string permission, string route)
    {
        Assert.NotEmpty(route);
        var expected = who.Split('|', StringSplitOptions.TrimEntries);
        var actual = s_columns.Select(role => Has(role, permission) ? "yes" : "no");
        Assert.True(expected.SequenceEqual(actual), $"{action}: the table says {who}, the code {string.Join(" | ", actual)}.");
    }

    [Fact]
    public void Every_permission_has_a_rule()
    {
        foreach (var permission in Enum.GetValues<Permission>())
        {
            var rule = PermissionTable.Of(permission);
            Assert.Equal(rule.Level == PermissionLevel.Project, rule.From is not null);
            Assert.Equal(rule.Level == PermissionLevel.None, rule.Scope.Length == 0);
        }
    }

    [Fact]
    public void No_scope_stands_for_two_permissions() =>
        Assert.Equal(Enum.GetValues<Permission>().Count(p => PermissionTable.Of(p).Scope.Length > 0), PermissionTable.Scopes.Count);

    private static bool Has(ProjectRole role, string permission) =>
        permission != "(nobody)" && role >= PermissionTable.Of(Enum.Parse<Permission>(permission)).From;

    [GeneratedRegex(@"^\| (Workflows|History|Settings) \| (?<action>[^|]+) \| (?<who>(?:(?:yes|no) \| ){3}(?:yes|no)) \| (?<permission>[^|]+) \| `(?<route>[^|]+)` \|$")]
    private static partial Regex TableRow();
}
