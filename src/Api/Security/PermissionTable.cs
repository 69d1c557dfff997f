using System.Collections.Frozen;
using Actors.Projects;

namespace Api.Security;

/// <summary>What a permission is about.</summary>
internal enum PermissionLevel
{
    /// <summary>No caller is asked for.</summary>
    None,

    /// <summary>The caller's own things.</summary>
    User,

    /// <summary>The instance: super users.</summary>
    Instance,

    /// <summary>One project: its members, by role.</summary>
    Project,
}

/// <param name="Scope">Its name in API tokens, in the docs and in the audit trail.</param>
/// <param name="From">The weakest role that has it; null if it is not about a project.</param>
internal sealed record PermissionRule(Permission Permission, string Scope, PermissionLevel Level, ProjectRole? From = null)
{
    /// <summary>It concerns the project as a whole: a member or token that is limited to some environments does not have it.</summary>
    public bool NeedsEveryEnvironment { get; init; }
}

/// <summary>
/// Who may do what, in one place. The rows of roles are those of the table of OpenFn's documentation
/// (<c>docs/permissions.md</c>); roles are nested, so that the weakest role says all.
/// </summary>
internal static class PermissionTable
{
    private static readonly FrozenDictionary<Permission, PermissionRule> s_rules = ((PermissionRule[])
    [
        new(Permission.Open, "", PermissionLevel.None),
        new(Permission.OwnCheck, "", PermissionLevel.None),

        new(Permission.OwnSignIn, "sign-in", PermissionLevel.User),
        new(Permission.OwnAccount, "account", PermissionLevel.User),
        new(Permission.OwnCredentials, "credentials", PermissionLevel.User),

        new(Permission.ManageCluster, "cluster:manage", PermissionLevel.Instance),
        new(Permission.ManageUsers, "users:manage", PermissionLevel.Instance),
        new(Permission.ManageInstance, "instance:manage", PermissionLevel.Instance),
        new(Permission.ReadInstanceAudit, "audit:read", PermissionLevel.Instance),
        new(Permission.CreateProjects, "projects:create", PermissionLevel.Instance),
        new(Permission.AdministerProjects, "projects:administer", PermissionLevel.Instance),

        new(Permission.ViewProject, "project:view", PermissionLevel.Project, ProjectRole.Viewer),
        Whole(Permission.EditProject, "project:edit", ProjectRole.Admin),
        Whole(Permission.DeleteProject, "project:delete", ProjectRole.Owner),
        Whole(Permission.TransferProject, "project:transfer", ProjectRole.Owner),
        new(Permission.ExportProject, "project:export", PermissionLevel.Project, ProjectRole.Viewer),
        Whole(Permission.ReadProjectAudit, "project:audit", ProjectRole.Admin),

        new(Permission.ViewMembers, "members:view", PermissionLevel.Project, ProjectRole.Viewer),
        Whole(Permission.ManageMembers, "members:manage", ProjectRole.Admin),
        new(Permission.EditOwnMembership, "members:edit-own", PermissionLevel.Project, ProjectRole.Viewer),

        new(Permission.ViewWorkflows, "workflows:view", PermissionLevel.Project, ProjectRole.Viewer),
        Whole(Permission.CreateWorkflows, "workflows:create", ProjectRole.Editor),
        Whole(Permission.EditWorkflows, "workflows:edit", ProjectRole.Editor),
        Whole(Permission.DeleteWorkflows, "workflows:delete", ProjectRole.Editor),
        Whole(Permission.ManageWebhookAuth, "webhook-auth:manage", ProjectRole.Admin),

        new(Permission.RunWorkflows, "work-orders:create", PermissionLevel.Project, ProjectRole.Editor),
        new(Permission.SelectInputs, "inputs:select", PermissionLevel.Project, ProjectRole.Editor),
        new(Permission.ViewHistory, "history:view", PermissionLevel.Project, ProjectRole.Viewer),
        new(Permission.RerunHistory, "history:rerun", PermissionLevel.Project, ProjectRole.Editor),
        new(Permission.NameDataclips, "dataclips:name", PermissionLevel.Project, ProjectRole.Editor),
        Whole(Permission.EraseData, "data:erase", ProjectRole.Admin),

        new(Permission.ViewProjectCredentials, "project-credentials:view", PermissionLevel.Project, ProjectRole.Viewer),
        Whole(Permission.AttachCredentials, "project-credentials:attach", ProjectRole.Editor),
        Whole(Permission.DetachCredentials, "project-credentials:detach", ProjectRole.Admin),
        Whole(Permission.ManageKeychains, "keychain-credentials:manage", ProjectRole.Admin),

        Whole(Permission.ConnectRepository, "repository:connect", ProjectRole.Admin),
        Whole(Permission.SyncRepository, "repository:sync", ProjectRole.Editor),
    ]).ToFrozenDictionary(static rule => rule.Permission);

    /// <summary>Every word that an API token may name.</summary>
    public static FrozenSet<string> Scopes { get; } =
        s_rules.Values.Select(static rule => rule.Scope).Where(static scope => scope.Length > 0).ToFrozenSet(StringComparer.Ordinal);

    /// <exception cref="KeyNotFoundException">The permission has no row: a mistake that a test finds.</exception>
    public static PermissionRule Of(Permission permission) => s_rules[permission];

    private static PermissionRule Whole(Permission permission, string scope, ProjectRole from) =>
        new(permission, scope, PermissionLevel.Project, from) { NeedsEveryEnvironment = true };
}
