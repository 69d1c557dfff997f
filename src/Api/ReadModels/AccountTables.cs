using System.Collections.Immutable;
using Cluster.Journal;
using static Cluster.Journal.ColumnType;

namespace Api.ReadModels;

/// <summary>People, their sessions and tokens: sealed or hashed, never in clear. Their DDL is in <c>Migrations/Accounts</c>.</summary>
internal static class AccountTables
{
    public static readonly ReadTable Accounts = new(
        "accounts",
        [new("id", Uuid)],
        [
            new("email_key", Text), new("is_super_user", ColumnType.Boolean), new("status", Text), new("purge_at", Timestamp),
            new("created_at", Timestamp), new("updated_at", Timestamp), new("is_unverified", ColumnType.Boolean),
        ]);

    public static readonly ReadTable Users = new(
        "users",
        [new("id", Uuid)],
        [
            new("person", Bytes), new("person_version", Integer), new("has_password", ColumnType.Boolean),
            new("password_set_at", Timestamp), new("has_mfa", ColumnType.Boolean), new("last_sign_in_at", Timestamp),
        ]);

    public static readonly ReadTable Sessions = new(
        "sessions",
        [new("id", Uuid)],
        [
            new("user_id", Uuid), new("access_hash", Text), new("has_mfa", ColumnType.Boolean), new("created_at", Timestamp),
            new("access_expires_at", Timestamp), new("expires_at", Timestamp),
        ]);

    public static readonly ReadTable ApiTokens = new(
        "api_tokens",
        [new("id", Uuid)],
        [
            new("user_id", Uuid), new("name", Text), new("hash", Text), new("prefix", Text), new("scopes", Text),
            new("projects", Text), new("environments", Text), new("has_mfa", ColumnType.Boolean), new("created_at", Timestamp),
            new("expires_at", Timestamp),
        ]);

    public static readonly ReadTable TokenUses = new("token_uses", [new("token_id", Uuid)], [new("last_used_at", Timestamp)]);

    /// <summary>Users who were erased, until their key is destroyed too.</summary>
    public static readonly ReadTable ErasedUsers = new("erased_users", [new("user_id", Uuid)], [new("erased_at", Timestamp)]);

    public static readonly ImmutableArray<ReadTable> All = [Accounts, Users, Sessions, ApiTokens, TokenUses, ErasedUsers];
}
