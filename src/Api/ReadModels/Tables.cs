using System.Collections.Immutable;
using Cluster.Journal;
using static Cluster.Journal.ColumnType;

namespace Api.ReadModels;

/// <summary>The tables that REST answers from. Their DDL is in <c>Migrations</c>; a test compares both.</summary>
internal static class Tables
{
    public static readonly ReadTable Projects = new(
        "projects",
        [new("id", Uuid)],
        [
            new("name", Text), new("description", Text), new("concurrency", Integer), new("version", Integer),
            new("created_at", Timestamp), new("updated_at", Timestamp), new("weight", Integer),
            new("run_timeout_ms", Integer), new("run_memory_mb", Integer), new("payload_mb", Integer),
            new("webhooks_per_second", Integer), new("soft_waiting_runs", Integer), new("hard_waiting_runs", Integer),
            new("owner_id", Uuid), new("requires_mfa", ColumnType.Boolean), new("retention_policy", Text),
            new("history_retention_days", Integer), new("dataclip_retention_days", Integer), new("environments", Text),
            new("offered_to", Uuid), new("offer_expires_at", Timestamp), new("purge_at", Timestamp),
        ]);

    /// <summary>Deleted projects of which there are rows left.</summary>
    public static readonly ReadTable ProjectPurges = new("project_purges", [new("project_id", Uuid)], [new("deleted_at", Timestamp)]);

    /// <summary>The present version of each workflow.</summary>
    public static readonly ReadTable Workflows = new(
        "workflows",
        [new("id", Uuid)],
        [
            new("project_id", Uuid), new("name", Text), new("version", Integer),
            new("created_at", Timestamp), new("updated_at", Timestamp),
        ]);

    /// <summary>Every version ever saved: runs execute theirs, also after the workflow was changed or deleted.</summary>
    public static readonly ReadTable WorkflowVersions = new(
        "workflow_versions",
        [new("workflow_id", Uuid), new("version", Integer)],
        [new("project_id", Uuid), new("definition", Bytes), new("created_at", Timestamp)]);

    /// <summary>Keyed by workflow, which has one trigger at most: a save replaces the trigger of before.</summary>
    public static readonly ReadTable Triggers = new(
        "triggers",
        [new("workflow_id", Uuid)],
        [
            new("id", Uuid), new("project_id", Uuid), new("workflow_version", Integer), new("type", Text),
            new("enabled", ColumnType.Boolean), new("custom_path", Text), new("reply", Text), new("cron_expression", Text),
            new("scheduled_since", Timestamp),
        ]);

    /// <summary>What may be shown of a credential: never its body.</summary>
    public static readonly ReadTable Credentials = new(
        "credentials",
        [new("id", Uuid)],
        [
            new("vault_id", Uuid), new("name", Text), new("schema_name", Text), new("key_names", Text),
            new("version", Integer), new("created_at", Timestamp), new("updated_at", Timestamp),
            new("kind", Text), new("external_id", Text), new("fingerprint", Text), new("expires_at", Timestamp),
            new("environments", Text), new("purge_after", Timestamp), new("authorizations", Text),
        ]);

    public static readonly ReadTable CredentialUses = new(
        "credential_uses", [new("credential_id", Uuid)], [new("last_used_at", Timestamp)]);

    public static readonly ReadTable CredentialGrants = new(
        "credential_grants",
        [new("credential_id", Uuid), new("project_id", Uuid)],
        [new("granted_at", Timestamp)]);

    public static readonly ReadTable WorkOrders = new(
        "work_orders",
        [new("id", Uuid)],
        [
            new("project_id", Uuid), new("workflow_id", Uuid), new("workflow_version", Integer), new("trigger_id", Uuid),
            new("dataclip_id", Uuid), new("state", Text), new("created_at", Timestamp), new("last_activity", Timestamp),
            new("environment", Text),
        ]);

    public static readonly ReadTable Runs = new(
        "runs",
        [new("id", Uuid)],
        [
            new("shard", Integer), new("project_id", Uuid), new("workflow_id", Uuid), new("workflow_version", Integer),
            new("work_order_id", Uuid), new("start_node_id", Uuid), new("trigger_id", Uuid), new("input_dataclip_id", Uuid),
            new("priority", Integer), new("status", Text), new("attempt", Integer), new("worker", Text),
            new("error_type", Text), new("error_message", Text) { IsSealed = true }, new("final_dataclip_id", Uuid),
            new("created_at", Timestamp), new("claimed_at", Timestamp), new("started_at", Timestamp),
            new("finished_at", Timestamp), new("queue", Text), new("not_before", Timestamp), new("retry_of", Uuid),
            new("retry_step", Uuid), new("operation_id", Uuid), new("ordered_at", Timestamp), new("single_job", ColumnType.Boolean),
            new("environment", Text), new("storage", Text), new("wipe_at", Timestamp),
        ]);

    public static readonly ReadTable Steps = new(
        "steps",
        [new("run_id", Uuid), new("step_id", Uuid)],
        [
            new("job_id", Uuid), new("attempt", Integer), new("started_at", Timestamp), new("input_dataclip_id", Uuid),
            new("exit_reason", Text), new("error_type", Text), new("error_message", Text) { IsSealed = true }, new("output_dataclip_id", Uuid),
            new("output_lost", ColumnType.Boolean), new("duration_ms", Integer), new("memory_bytes", Integer),
            new("finished_at", Timestamp), new("reused", ColumnType.Boolean), new("webhook_response_id", Uuid),
        ]);

    public static readonly ReadTable LogLines = new(
        "log_lines",
        [new("run_id", Uuid), new("attempt", Integer), new("number", Integer)],
        [
            new("logged_at", Timestamp), new("source", Text), new("level", Text), new("message", Text) { IsSealed = true }, new("step_id", Uuid),
        ]);

    public static readonly ReadTable Dataclips = new(
        "dataclips",
        [new("id", Uuid)],
        [
            new("project_id", Uuid), new("type", Text), new("body", Bytes) { IsSealed = true }, new("request", Bytes) { IsSealed = true }, new("size", Integer),
            new("created_at", Timestamp), new("environment", Text), new("wiped_at", Timestamp), new("hash", Text),
        ]);

    public static readonly ReadTable BulkOperations = new(
        "bulk_operations",
        [new("id", Uuid)],
        [
            new("shard", Integer), new("project_id", Uuid), new("kind", Text), new("retry_from", Text), new("target", Text),
            new("filter", Text) { IsSealed = true }, new("status", Text), new("found", Integer), new("done", Integer), new("refused", Integer),
            new("failed", Integer), new("refusals", Text), new("created_at", Timestamp), new("updated_at", Timestamp),
            new("finished_at", Timestamp), new("environments", Text),
        ]);

    /// <summary>The last tick of each cron trigger that became a run.</summary>
    public static readonly ReadTable CronTicks = new("cron_ticks", [new("trigger_id", Uuid)], [new("last_tick", Timestamp)]);

    /// <summary>What the next run of a cron trigger starts with, by the job whose output it is.</summary>
    public static readonly ReadTable CronCursors = new(
        "cron_cursors", [new("trigger_id", Uuid), new("job_id", Uuid)], [new("dataclip_id", Uuid)]);

    /// <summary>What the intake of webhooks must know of a method: never its secret.</summary>
    public static readonly ReadTable WebhookAuthMethods = new(
        "webhook_auth_methods",
        [new("id", Uuid)],
        [
            new("project_id", Uuid), new("name", Text), new("type", Text), new("username", Text), new("secret_hash", Text),
            new("created_at", Timestamp), new("updated_at", Timestamp),
        ]);

    /// <summary>One row: what super users have set, as JSON.</summary>
    public static readonly ReadTable InstanceSettings = new(
        "instance_settings",
        [new("id", Uuid)],
        [new("version", Integer), new("settings", Text), new("updated_at", Timestamp)]);

    /// <summary>Never replaced: an id that is there already keeps its entry.</summary>
    public static readonly ReadTable AuditEntries = new(
        "audit_entries",
        [new("id", Uuid)],
        [
            new("at", Timestamp), new("actor_kind", Text), new("actor_id", Uuid), new("via", Text), new("token_id", Uuid),
            new("address", Text), new("request_id", Text), new("action", Text), new("outcome", Text), new("project_id", Uuid),
            new("item_type", Text), new("item_id", Uuid), new("details", Text), new("mac", Text),
        ])
    {
        IsInsertOnly = true,
    };

    /// <summary>Entries that are not chained yet, in their order.</summary>
    public static readonly ReadTable AuditPending = new("audit_pending", [new("at", Timestamp), new("entry_id", Uuid)], []);

    /// <summary>Replaced, unlike entries: what somebody put behind the end gives way to the true link.</summary>
    public static readonly ReadTable AuditChain = new(
        "audit_chain",
        [new("position", Integer)],
        [new("entry_id", Uuid), new("verdict", Text), new("hash", Text), new("mac", Text)]);

    public static readonly ReadTable AuditCheckpoints = new(
        "audit_checkpoints",
        [new("number", Integer)],
        [
            new("position", Integer), new("head", Text), new("at", Timestamp), new("key_id", Text), new("signature", Text),
        ]);

    public static readonly ImmutableArray<ReadTable> All =
    [
        Projects, Workflows, WorkflowVersions, Triggers, Credentials, CredentialUses, CredentialGrants,
        WorkOrders, Runs, Steps, LogLines, Dataclips, BulkOperations, CronTicks, CronCursors, WebhookAuthMethods,
        InstanceSettings,
        ProjectPurges,
        .. MemberTables.All,
        .. OpenIdTables.All,
        EgressRows.Table,
        HoldRows.Table,
        DataclipNameRows.Table,
        ErasureTable.Erasures,
        TransferRows.Offers, TransferRows.Moves,
        KeychainRows.Table,
        AuditEntries, AuditPending, AuditChain, AuditCheckpoints,
        .. AccountTables.All,
    ];
}
