namespace Api.Security;

/// <summary>A route and what it needs. Whose project it is about follows from its route values: see <c>ProjectOfRoute</c>.</summary>
internal sealed record Route(string Method, string Pattern, Permission Needs);

/// <summary>Every route of the node and who may call it. A route that is not here does not start, nor one that is only here.</summary>
internal static class RouteTable
{
    private const string Project = "/v1/projects/{projectId:guid}";
    private const string AdminProject = "/v1/admin/projects/{projectId:guid}";
    private const string Workflow = Project + "/workflows/{workflowId:guid}";

    public static readonly IReadOnlyList<Route> Routes =
    [
        new("GET", "/health/live", Permission.Open),
        new("GET", "/health/ready", Permission.Open),
        new("GET", "/version", Permission.Open),
        new("GET", "/openapi/{documentName}.json", Permission.Open),

        new("POST", "/i/{trigger}/{**rest}", Permission.Open),
        new("GET", "/i/{trigger}/{**rest}", Permission.Open),

        new("GET", "/worker/websocket", Permission.OwnCheck),

        new("POST", "/v1/setup", Permission.Open),
        new("POST", "/v1/sessions", Permission.Open),
        new("POST", "/v1/sessions:refresh", Permission.Open),
        new("DELETE", "/v1/sessions/current", Permission.OwnSignIn),
        new("GET", "/v1/users/me", Permission.OwnSignIn),
        new("PATCH", "/v1/users/me", Permission.OwnAccount),
        new("PUT", "/v1/users/me/password", Permission.OwnSignIn),
        new("GET", "/v1/users/me/sessions", Permission.OwnSignIn),
        new("DELETE", "/v1/users/me/sessions/{sessionId:guid}", Permission.OwnSignIn),
        new("POST", "/v1/users/me/sessions:end-all", Permission.OwnSignIn),
        new("GET", "/v1/users/me/api-tokens", Permission.OwnAccount),
        new("POST", "/v1/users/me/api-tokens", Permission.OwnAccount),
        new("DELETE", "/v1/users/me/api-tokens/{tokenId:guid}", Permission.OwnAccount),

        new("GET", "/v1/users", Permission.ManageUsers),
        new("POST", "/v1/users", Permission.ManageUsers),
        new("GET", "/v1/users/{userId:guid}", Permission.ManageUsers),
        new("PATCH", "/v1/users/{userId:guid}", Permission.ManageUsers),
        new("DELETE", "/v1/users/{userId:guid}", Permission.ManageUsers),
        new("POST", "/v1/users/{userId:guid}:restore", Permission.ManageUsers),
        new("POST", "/v1/users/{userId:guid}:end-sessions", Permission.ManageUsers),

        new("POST", "/v1/links:accept", Permission.Open),
        new("POST", "/v1/registrations", Permission.Open),
        new("POST", "/v1/invitations:join", Permission.Open),
        new("POST", "/v1/users/me/mfa", Permission.OwnSignIn),
        new("POST", "/v1/users/me/mfa:confirm", Permission.OwnSignIn),
        new("DELETE", "/v1/users/me/mfa", Permission.OwnSignIn),
        new("POST", "/v1/users/me/mfa:regenerate-codes", Permission.OwnSignIn),
        new("DELETE", "/v1/users/me", Permission.OwnAccount),
        new("POST", "/v1/users/{userId:guid}:reset", Permission.ManageUsers),
        new("POST", "/v1/users/{userId:guid}:reset-mfa", Permission.ManageUsers),
        new("POST", "/v1/users/{userId:guid}:unlock", Permission.ManageUsers),

        new("GET", "/v1/cluster", Permission.ManageCluster),
        new("POST", "/v1/cluster/nodes/{nodeId:guid}:drain", Permission.ManageCluster),
        new("GET", "/v1/cluster/set-aside", Permission.ManageCluster),
        new("POST", "/v1/cluster/set-aside/{type}/{id:guid}:restore", Permission.ManageCluster),

        new("GET", "/v1/instance", Permission.OwnAccount),
        new("GET", "/v1/instance/openid", Permission.ManageInstance),
        new("PUT", "/v1/instance/openid", Permission.ManageInstance),
        new("DELETE", "/v1/instance/openid", Permission.ManageInstance),
        new("GET", "/v1/openid:start", Permission.Open),
        new("GET", "/v1/openid:callback", Permission.Open),

        new("GET", "/v1/instance/settings", Permission.ManageInstance),
        new("PATCH", "/v1/instance/settings", Permission.ManageInstance),

        new("POST", "/v1/projects", Permission.CreateProjects),
        new("GET", "/v1/projects", Permission.OwnAccount),
        new("GET", Project, Permission.ViewProject),
        new("GET", Project + "/load", Permission.ViewProject),
        new("GET", Project + "/usage", Permission.ViewProject),
        new("PATCH", Project, Permission.EditProject),
        new("DELETE", Project, Permission.DeleteProject),
        new("POST", Project + ":restore", Permission.DeleteProject),
        new("GET", Project + "/credentials", Permission.ViewProjectCredentials),
        new("DELETE", Project + "/credentials/{credentialId:guid}", Permission.DetachCredentials),
        new("POST", Project + "/keychain-credentials", Permission.ManageKeychains),
        new("GET", Project + "/keychain-credentials", Permission.ViewProjectCredentials),
        new("GET", Project + "/keychain-credentials/{keychainId:guid}", Permission.ViewProjectCredentials),
        new("PUT", Project + "/keychain-credentials/{keychainId:guid}", Permission.ManageKeychains),
        new("DELETE", Project + "/keychain-credentials/{keychainId:guid}", Permission.ManageKeychains),

        new("GET", Project + "/members", Permission.ViewMembers),
        new("POST", Project + "/members", Permission.ManageMembers),
        new("PATCH", Project + "/members/{userId:guid}", Permission.ManageMembers),
        new("DELETE", Project + "/members/{userId:guid}", Permission.ManageMembers),
        new("PATCH", Project + "/members/me", Permission.EditOwnMembership),
        new("DELETE", Project + "/members/me", Permission.EditOwnMembership),
        new("GET", Project + "/invitations", Permission.ManageMembers),
        new("POST", Project + "/invitations", Permission.ManageMembers),
        new("DELETE", Project + "/invitations/{invitationId:guid}", Permission.ManageMembers),
        new("POST", "/v1/invitations:accept", Permission.OwnAccount),
        new("POST", Project + "/ownership:offer", Permission.TransferProject),
        new("POST", Project + "/ownership:accept", Permission.EditOwnMembership),
        new("POST", Project + "/ownership:decline", Permission.EditOwnMembership),

        new("GET", Project + "/export", Permission.ExportProject),
        new("PUT", Workflow + "/trigger/auth-methods/{methodId:guid}", Permission.ManageWebhookAuth),
        new("DELETE", Workflow + "/trigger/auth-methods/{methodId:guid}", Permission.ManageWebhookAuth),

        new("PUT", Project + "/repository", Permission.ConnectRepository),
        new("GET", Project + "/repository", Permission.ViewProject),
        new("DELETE", Project + "/repository", Permission.ConnectRepository),
        new("POST", Project + "/repository:sync", Permission.SyncRepository),
        new("GET", Project + "/repository/syncs/{syncId:guid}", Permission.ViewProject),

        new("GET", "/v1/admin/projects", Permission.AdministerProjects),
        new("PATCH", AdminProject, Permission.AdministerProjects),
        new("DELETE", AdminProject, Permission.AdministerProjects),
        new("POST", AdminProject + ":restore", Permission.AdministerProjects),
        new("GET", AdminProject + "/members/{userId:guid}", Permission.AdministerProjects),
        new("GET", AdminProject + "/egress", Permission.AdministerProjects),
        new("PUT", AdminProject + "/egress", Permission.AdministerProjects),
        new("GET", AdminProject + "/legal-hold", Permission.AdministerProjects),
        new("PUT", AdminProject + "/legal-hold", Permission.AdministerProjects),
        new("DELETE", AdminProject + "/legal-hold", Permission.AdministerProjects),
        new("PUT", AdminProject + "/members/{userId:guid}", Permission.AdministerProjects),
        new("DELETE", AdminProject + "/members/{userId:guid}", Permission.AdministerProjects),

        new("POST", Project + "/webhook-auth-methods", Permission.ManageWebhookAuth),
        new("GET", Project + "/webhook-auth-methods", Permission.ViewProject),
        new("GET", Project + "/webhook-auth-methods/{methodId:guid}", Permission.ViewProject),
        new("PUT", Project + "/webhook-auth-methods/{methodId:guid}", Permission.ManageWebhookAuth),
        new("DELETE", Project + "/webhook-auth-methods/{methodId:guid}", Permission.ManageWebhookAuth),

        new("POST", Project + "/workflows", Permission.CreateWorkflows),
        new("GET", Project + "/workflows", Permission.ViewWorkflows),
        new("GET", Workflow, Permission.ViewWorkflows),
        new("PUT", Workflow, Permission.EditWorkflows),
        new("DELETE", Workflow, Permission.DeleteWorkflows),
        new("GET", Workflow + "/versions", Permission.ViewWorkflows),
        new("GET", Workflow + "/versions/{version:int}", Permission.ViewWorkflows),

        new("POST", "/v1/credentials", Permission.OwnCredentials),
        new("GET", "/v1/credentials", Permission.OwnCredentials),
        new("GET", "/v1/credentials/{credentialId:guid}", Permission.OwnCredentials),
        new("PUT", "/v1/credentials/{credentialId:guid}", Permission.OwnCredentials),
        new("DELETE", "/v1/credentials/{credentialId:guid}", Permission.OwnCredentials),
        new("POST", "/v1/credentials/{credentialId:guid}:authorize", Permission.OwnCredentials),
        new("POST", "/v1/credentials/{credentialId:guid}:finish-authorization", Permission.OwnCredentials),
        new("POST", "/v1/credentials/{credentialId:guid}:restore", Permission.OwnCredentials),
        new("POST", "/v1/credentials/{credentialId:guid}/transfer", Permission.OwnCredentials),
        new("GET", "/v1/credentials/{credentialId:guid}/transfer", Permission.OwnCredentials),
        new("DELETE", "/v1/credentials/{credentialId:guid}/transfer", Permission.OwnCredentials),
        new("GET", "/v1/credential-transfers", Permission.OwnCredentials),
        new("POST", "/v1/credential-transfers/{credentialId:guid}:accept", Permission.OwnCredentials),
        new("POST", "/v1/credential-transfers/{credentialId:guid}:decline", Permission.OwnCredentials),
        new("PUT", "/v1/credentials/{credentialId:guid}/environments/{environment}", Permission.OwnCredentials),
        new("DELETE", "/v1/credentials/{credentialId:guid}/environments/{environment}", Permission.OwnCredentials),
        new("PUT", "/v1/credentials/{credentialId:guid}/projects/{projectId:guid}", Permission.AttachCredentials),
        new("DELETE", "/v1/credentials/{credentialId:guid}/projects/{projectId:guid}", Permission.AttachCredentials),

        new("POST", Project + "/work-orders", Permission.RunWorkflows),
        new("GET", Project + "/work-orders", Permission.ViewHistory),
        new("GET", "/v1/work-orders/{workOrderId:guid}", Permission.ViewHistory),
        new("POST", "/v1/work-orders/{workOrderId:guid}:cancel", Permission.RerunHistory),

        new("GET", Project + "/runs", Permission.ViewHistory),
        new("GET", "/v1/runs/{runId:guid}", Permission.ViewHistory),
        new("POST", "/v1/runs/{runId:guid}:cancel", Permission.RerunHistory),
        new("POST", "/v1/runs/{runId:guid}:retry", Permission.RerunHistory),
        new("GET", "/v1/runs/{runId:guid}/steps", Permission.ViewHistory),
        new("GET", "/v1/runs/{runId:guid}/logs", Permission.ViewHistory),

        new("POST", Project + "/bulk-operations", Permission.RerunHistory),
        new("GET", Project + "/bulk-operations", Permission.ViewHistory),
        new("GET", "/v1/bulk-operations/{operationId:guid}", Permission.ViewHistory),
        new("POST", "/v1/bulk-operations/{operationId:guid}:stop", Permission.RerunHistory),

        new("GET", Workflow + "/jobs/{job}/latest-inputs", Permission.SelectInputs),
        new("GET", "/v1/dataclips/{dataclipId:guid}", Permission.ViewHistory),
        new("PATCH", "/v1/dataclips/{dataclipId:guid}", Permission.NameDataclips),
        new("GET", Project + "/dataclips", Permission.ViewHistory),
        new("GET", "/v1/dataclips/{dataclipId:guid}/body", Permission.ViewHistory),

        new("POST", Project + "/erasures", Permission.EraseData),
        new("GET", Project + "/erasures/{erasureId:guid}", Permission.EraseData),
        new("GET", Project + "/erasures/{erasureId:guid}/matches", Permission.EraseData),
        new("POST", Project + "/erasures/{erasureId:guid}:execute", Permission.EraseData),
        new("DELETE", Project + "/erasures/{erasureId:guid}", Permission.EraseData),

        new("GET", "/v1/audit", Permission.ReadInstanceAudit),
        new("GET", Project + "/audit", Permission.ReadProjectAudit),
        new("POST", "/v1/audit:verify", Permission.ReadInstanceAudit),
        new("GET", "/v1/audit/checkpoints", Permission.ReadInstanceAudit),
    ];
}
