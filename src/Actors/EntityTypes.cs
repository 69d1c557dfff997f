namespace Actors;

/// <summary>The entity types of the domain, as stored in every journal row. Never renamed.</summary>
public static class EntityTypes
{
    public const string Project = "project";
    public const string Run = "run";
    public const string Submission = "submission";
    public const string Vault = "vault";
    public const string BulkOperation = "bulk-operation";

    public const string Accounts = "accounts";
    public const string User = "user";
}
