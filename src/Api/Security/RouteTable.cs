namespace Api.Security;

/// <summary>Who may call a route.</summary>
internal enum Access
{
    /// <summary>Everybody, without a token.</summary>
    Open,

    /// <summary>The administrator.</summary>
    Administrator,

    /// <summary>Routes that know their callers by another token, which they check themselves.</summary>
    OwnCheck,
}

internal sealed record Route(string Method, string Pattern, Access Access);

/// <summary>Every route of the node and who may call it. A route that is not here does not start, nor one that is only here.</summary>
internal static class RouteTable
{
    private const string Project = "/v1/projects/{projectId:guid}";
    private const string Workflow = Project + "/workflows/{workflowId:guid}";

    public static readonly IReadOnlyList<Route> Routes =
    [
        new("GET", "/health/live", Access.Open),
        new("GET", "/health/ready", Access.Open),
        new("GET", "/version", Access.Open),
        new("GET", "/openapi/{documentName}.json", Access.Open),

        new("POST", "/i/{trigger}/{**rest}", Access.Open),
        new("GET", "/i/{trigger}/{**rest}", Access.Open),

        new("GET", "/worker/websocket", Access.OwnCheck),

        new("GET", "/v1/cluster", Access.Administrator),
        new("POST", "/v1/cluster/nodes/{nodeId:guid}:drain", Access.Administrator),
        new("GET", "/v1/cluster/set-aside", Access.Administrator),
        new("POST", "/v1/cluster/set-aside/{type}/{id:guid}:restore", Access.Administrator),

        new("POST", "/v1/projects", Access.Administrator),
        new("GET", "/v1/projects", Access.Administrator),
        new("GET", Project, Access.Administrator),
        new("GET", Project + "/load", Access.Administrator),
        new("PATCH", Project, Access.Administrator),
        new("DELETE", Project, Access.Administrator),
        new("GET", Project + "/credentials", Access.Administrator),

        new("POST", Project + "/webhook-auth-methods", Access.Administrator),
        new("GET", Project + "/webhook-auth-methods", Access.Administrator),
        new("GET", Project + "/webhook-auth-methods/{methodId:guid}", Access.Administrator),
        new("PUT", Project + "/webhook-auth-methods/{methodId:guid}", Access.Administrator),
        new("DELETE", Project + "/webhook-auth-methods/{methodId:guid}", Access.Administrator),

        new("POST", Project + "/workflows", Access.Administrator),
        new("GET", Project + "/workflows", Access.Administrator),
        new("GET", Workflow, Access.Administrator),
        new("PUT", Workflow, Access.Administrator),
        new("DELETE", Workflow, Access.Administrator),
        new("GET", Workflow + "/versions", Access.Administrator),
        new("GET", Workflow + "/versions/{version:int}", Access.Administrator),

        new("POST", "/v1/credentials", Access.Administrator),
        new("GET", "/v1/credentials", Access.Administrator),
        new("GET", "/v1/credentials/{credentialId:guid}", Access.Administrator),
        new("PUT", "/v1/credentials/{credentialId:guid}", Access.Administrator),
        new("DELETE", "/v1/credentials/{credentialId:guid}", Access.Administrator),
        new("PUT", "/v1/credentials/{credentialId:guid}/projects/{projectId:guid}", Access.Administrator),
        new("DELETE", "/v1/credentials/{credentialId:guid}/projects/{projectId:guid}", Access.Administrator),

        new("POST", Project + "/work-orders", Access.Administrator),
        new("GET", Project + "/work-orders", Access.Administrator),
        new("GET", "/v1/work-orders/{workOrderId:guid}", Access.Administrator),
        new("POST", "/v1/work-orders/{workOrderId:guid}:cancel", Access.Administrator),

        new("GET", Project + "/runs", Access.Administrator),
        new("GET", "/v1/runs/{runId:guid}", Access.Administrator),
        new("POST", "/v1/runs/{runId:guid}:cancel", Access.Administrator),
        new("POST", "/v1/runs/{runId:guid}:retry", Access.Administrator),
        new("GET", "/v1/runs/{runId:guid}/steps", Access.Administrator),
        new("GET", "/v1/runs/{runId:guid}/logs", Access.Administrator),

        new("POST", Project + "/bulk-operations", Access.Administrator),
        new("GET", Project + "/bulk-operations", Access.Administrator),
        new("GET", "/v1/bulk-operations/{operationId:guid}", Access.Administrator),
        new("POST", "/v1/bulk-operations/{operationId:guid}:stop", Access.Administrator),

        new("GET", Workflow + "/jobs/{job}/latest-inputs", Access.Administrator),
        new("GET", "/v1/dataclips/{dataclipId:guid}", Access.Administrator),
        new("GET", "/v1/dataclips/{dataclipId:guid}/body", Access.Administrator),
    ];
}
