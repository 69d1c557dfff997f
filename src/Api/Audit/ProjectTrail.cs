using System.Text.Json;
using Actors.Audit;
using Actors.Projects;
using Cluster.Entities;
using Cluster.Journal;

namespace Api.Audit;

/// <summary>Entries about a project and all that it holds.</summary>
internal sealed class ProjectTrail(AuditRows audit) : ITrail<ProjectState, ProjectEvent>
{
    public void Record(
        RowBatch rows, in DecisionContext context, ProjectState before, ProjectState after, ProjectEvent @event)
    {
        var fact = FactOf(before, after, @event)
            ?? MemberFacts.Of(AuditOrigin.Read(context.Origin), before, after, @event)
            ?? RepositoryFacts.Of(before, @event)
            ?? KeychainFacts.Of(before, @event);
        if (fact is null) return;
        var projectId = context.Entity.Id;
        audit.Add(rows, context, fact with
        {
            ProjectId = projectId,
            ItemType = fact.ItemType ?? "project",
            ItemId = fact.ItemId ?? projectId,
        });
    }

    private static AuditFact? FactOf(ProjectState before, ProjectState after, ProjectEvent @event) => @event switch
    {
        ProjectEvent.Created => Settings(AuditActions.ProjectCreated, before, after),
        ProjectEvent.Updated => Settings(AuditActions.ProjectSettingsUpdated, before, after),
        ProjectEvent.Deleted => new AuditFact(AuditActions.ProjectDeleted)
        {
            Details = AuditDetails.Of(writer => writer.WriteString("name"u8, before.Name)),
        },
        ProjectEvent.DeletionScheduled scheduled => new AuditFact(AuditActions.ProjectDeletionScheduled)
        {
            Details = AuditDetails.Of(writer => writer.WriteString("purgeAfter"u8, scheduled.PurgeAt)),
        },
        ProjectEvent.DeletionCancelled => new AuditFact(AuditActions.ProjectRestored),
        ProjectEvent.Purged => new AuditFact(AuditActions.ProjectPurged),
        ProjectEvent.WorkflowSaved saved => Saved(before.Workflows.GetValueOrDefault(saved.Workflow.Id), saved),
        ProjectEvent.WorkflowDeleted deleted => Deleted(before.Workflows[deleted.WorkflowId]),
        ProjectEvent.AuthMethodSaved saved => Saved(before.AuthMethods.GetValueOrDefault(saved.Method.Id), saved.Method),
        ProjectEvent.AuthMethodDeleted deleted => new AuditFact(AuditActions.WebhookAuthMethodDeleted)
        {
            ItemType = "webhook_auth_method",
            ItemId = deleted.MethodId,
            Details = AuditDetails.Of(writer => writer.WriteString("name"u8, before.AuthMethods[deleted.MethodId].Name)),
        },
        ProjectEvent.HostsAllowed allowed => new AuditFact(AuditActions.ProjectEgressChanged)
        {
            Details = AuditDetails.Of(writer => writer.WriteChange("allow", before.AllowedHosts, allowed.Hosts)),
        },
        ProjectEvent.HoldSet set => new AuditFact(AuditActions.LegalHoldSet)
        {
            Details = AuditDetails.Of(writer => writer.WriteChange("reason", before.Hold?.Reason, set.Reason)),
        },
        ProjectEvent.HoldLifted => new AuditFact(AuditActions.LegalHoldLifted)
        {
            Details = AuditDetails.Of(writer => writer.WriteChange("reason", before.Hold?.Reason, null)),
        },
        ProjectEvent.DataclipNamed named => new AuditFact(AuditActions.DataclipNamed) { ItemType = "dataclip", ItemId = named.DataclipId },
        ProjectEvent.DataclipUnnamed unnamed => new AuditFact(AuditActions.DataclipUnnamed) { ItemType = "dataclip", ItemId = unnamed.DataclipId },
        _ => null,
    };

    private static AuditFact Settings(string action, ProjectState before, ProjectState after) => new(action)
    {
        Details = AuditDetails.Of(writer =>
        {
            var (old, now) = (before.Settings, after.Settings);
            writer.WriteChange("name", before.Status == ProjectStatus.Absent ? null : before.Name, after.Name);
            writer.WriteChange("description", before.Description, after.Description);
            writer.WriteChange("concurrency", before.Concurrency, after.Concurrency);
            writer.WriteChange("weight", old?.Weight, now?.Weight);
            writer.WriteChange("runTimeoutMs", old?.RunTimeoutMs, now?.RunTimeoutMs);
            writer.WriteChange("runMemoryMb", old?.RunMemoryMb, now?.RunMemoryMb);
            writer.WriteChange("payloadMb", old?.PayloadMb, now?.PayloadMb);
            writer.WriteChange("webhooksPerSecond", old?.WebhooksPerSecond, now?.WebhooksPerSecond);
            writer.WriteChange("softWaitingRuns", old?.SoftWaitingRuns, now?.SoftWaitingRuns);
            writer.WriteChange("hardWaitingRuns", old?.HardWaitingRuns, now?.HardWaitingRuns);
            writer.WriteChange("ownerId", before.OwnerId?.ToString(), after.OwnerId?.ToString());
            Policies(writer, before.Status == ProjectStatus.Absent ? null : before.OwnPolicies, after.OwnPolicies);
        }),
    };

    private static void Policies(Utf8JsonWriter writer, ProjectPolicies? before, ProjectPolicies after)
    {
        writer.WriteChange("requiresMfa", before?.RequiresMfa, after.RequiresMfa);
        writer.WriteChange("retentionPolicy", before is null ? null : ReadModels.Words.Of(before.Retention), ReadModels.Words.Of(after.Retention));
        writer.WriteChange("historyRetentionDays", before?.HistoryRetentionDays, after.HistoryRetentionDays);
        writer.WriteChange("dataclipRetentionDays", before?.DataclipRetentionDays, after.DataclipRetentionDays);
        writer.WriteChange("environments", before?.OwnEnvironments.Names, after.OwnEnvironments.Names);
    }

    private static AuditFact Saved(WorkflowVersion? before, ProjectEvent.WorkflowSaved saved) => new(AuditActions.WorkflowSaved)
    {
        ItemType = "workflow",
        ItemId = saved.Workflow.Id,
        Details = AuditDetails.Of(writer => WorkflowChanges.Write(writer, before, saved.Workflow, saved.Version)),
    };

    private static AuditFact Deleted(WorkflowVersion before) => new(AuditActions.WorkflowDeleted)
    {
        ItemType = "workflow",
        ItemId = before.Workflow.Id,
        Details = AuditDetails.Of(writer =>
        {
            writer.WriteString("name"u8, before.Workflow.Name);
            writer.WriteNumber("version"u8, before.Version);
            writer.WriteString("definition"u8, WorkflowChanges.HashOf(before.Workflow));
        }),
    };

    /// <summary>Whose name stands in a user name is nobody's business here, and less so what the secret is.</summary>
    private static AuditFact Saved(AuthMethod? before, AuthMethod after) => new(AuditActions.WebhookAuthMethodSaved)
    {
        ItemType = "webhook_auth_method",
        ItemId = after.Id,
        Details = AuditDetails.Of(writer =>
        {
            writer.WriteChange("name", before?.Name, after.Name);
            writer.WriteChange("type", before is null ? null : ReadModels.Words.Of(before.Type), ReadModels.Words.Of(after.Type));
            writer.WriteBoolean("usernameChanged"u8, before?.Username != after.Username);
            writer.WriteBoolean("secretChanged"u8, before?.SecretHash != after.SecretHash);
        }),
    };
}
