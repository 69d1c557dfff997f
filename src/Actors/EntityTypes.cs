namespace Actors;

/// <summary>The entity types of the domain, as stored in every journal row. Never renamed.</summary>
public static class EntityTypes
{
    public const string Project = "project";
    public const string Run = "run";
    public const string Submission = "submission";
    public const string Vault = "vault";
    public const string BulkOperation = "bulk-operation";
    public const string Erasure = "erasure";
    public const string Instance = "instance";
    public const string OpenIdProvider = "openid-provider";
    public const string OpenIdLink = "openid-link";

    /// <summary>Where a node stores audit entries that belong to no other entity's event.</summary>
    public const string AuditLog = "audit-log";

    /// <summary>The end of the audit chain: one for the cluster.</summary>
    public const string AuditChain = "audit-chain";

    public const string Accounts = "accounts";
    public const string User = "user";
}
