using Actors.Projects;
using Actors.Workflows;
using Cluster.Entities;
using Cluster.Journal;

namespace Api.ReadModels.Projections;

internal sealed class ProjectProjection : IProjection<ProjectState, ProjectEvent>
{
    public void Project(RowBatch rows, in DecisionContext context, ProjectState state, ProjectEvent @event)
    {
        var projectId = context.Entity.Id;
        MemberRows.Project(rows, projectId, state, @event);
        RepositoryRows.Project(rows, projectId, state, @event);
        EgressRows.Project(rows, projectId, @event);
        HoldRows.Project(rows, projectId, state, @event);
        DataclipNameRows.Project(rows, projectId, state, @event);
        KeychainRows.Project(rows, projectId, state, @event);
        switch (@event)
        {
            case ProjectEvent.Created or ProjectEvent.Updated or ProjectEvent.OwnershipTransferred
                or ProjectEvent.OwnershipOffered or ProjectEvent.OwnershipOfferEnded or ProjectEvent.MemberRemoved
                or ProjectEvent.DeletionScheduled or ProjectEvent.DeletionCancelled:
                Saved(rows, projectId, state);
                break;
            case ProjectEvent.WorkflowSaved saved:
                Saved(rows, projectId, state.Workflows[saved.Workflow.Id]);
                break;
            case ProjectEvent.WorkflowDeleted deleted:
                DeleteWorkflow(rows, deleted.WorkflowId);
                break;
            case ProjectEvent.AuthMethodSaved saved:
                Saved(rows, projectId, saved.Method);
                break;
            case ProjectEvent.AuthMethodDeleted deleted:
                rows.Delete(Tables.WebhookAuthMethods, deleted.MethodId);
                break;
            case ProjectEvent.Deleted:
                foreach (var methodId in state.AuthMethods.Keys) rows.Delete(Tables.WebhookAuthMethods, methodId);
                foreach (var workflowId in state.Workflows.Keys) DeleteWorkflow(rows, workflowId);
                foreach (var workflow in state.Workflows.Values) DeleteSchedule(rows, workflow.Workflow);
                rows.Delete(Tables.Projects, projectId);
                rows.Upsert(Tables.ProjectPurges, projectId, context.Now);
                break;
            case ProjectEvent.Purged:
                rows.Delete(Tables.ProjectPurges, projectId);
                break;
        }
    }

    public void Project(RowBatch rows, in DecisionContext context, ProjectState state, Attachment attachment)
    {
    }

    private static void Saved(RowBatch rows, Guid projectId, ProjectState state)
    {
        var (settings, policies) = (state.Settings, state.OwnPolicies);
        rows.Upsert(
            Tables.Projects,
            projectId, state.Name, state.Description, state.Concurrency, state.Version, state.CreatedAt, state.UpdatedAt,
            settings?.Weight ?? 1, settings?.RunTimeoutMs, settings?.RunMemoryMb, settings?.PayloadMb,
            settings?.WebhooksPerSecond, settings?.SoftWaitingRuns, settings?.HardWaitingRuns,
            state.OwnerId, policies.RequiresMfa, Words.Of(policies.Retention), policies.HistoryRetentionDays,
            policies.DataclipRetentionDays, EnvironmentNames.Write(policies.OwnEnvironments),
            state.Offer?.To, state.Offer?.ExpiresAt, state.PurgeAt);
    }

    private static void Saved(RowBatch rows, Guid projectId, WorkflowVersion saved)
    {
        var workflow = saved.Workflow;
        rows.Upsert(
            Tables.Workflows, workflow.Id, projectId, workflow.Name, saved.Version, saved.CreatedAt, saved.UpdatedAt);
        rows.Upsert(
            Tables.WorkflowVersions,
            workflow.Id, saved.Version, projectId, WorkflowDefinition.Write(workflow), saved.UpdatedAt);

        if (workflow.Trigger is not { } trigger)
        {
            rows.Delete(Tables.Triggers, workflow.Id);
            return;
        }

        rows.Upsert(
            Tables.Triggers,
            workflow.Id, trigger.Id, projectId, saved.Version, Words.Of(trigger.Type), trigger.Enabled,
            trigger.CustomPath, Words.Of(trigger.Reply), trigger.CronExpression, saved.ScheduledSince);
    }

    private static void Saved(RowBatch rows, Guid projectId, AuthMethod method) =>
        rows.Upsert(
            Tables.WebhookAuthMethods,
            method.Id, projectId, method.Name, Words.Of(method.Type), method.Username, method.SecretHash,
            method.CreatedAt, method.UpdatedAt);

    private static void DeleteSchedule(RowBatch rows, Workflow workflow)
    {
        if (workflow.Trigger is not { } trigger) return;
        rows.Delete(Tables.CronTicks, trigger.Id);
        foreach (var jobId in workflow.Jobs.Select(static job => job.Id).Prepend(CronRows.FinalState))
            rows.Delete(Tables.CronCursors, trigger.Id, jobId);
    }

    /// <summary>Versions stay: runs that are not finished execute theirs, and history shows them.</summary>
    private static void DeleteWorkflow(RowBatch rows, Guid workflowId)
    {
        rows.Delete(Tables.Workflows, workflowId);
        rows.Delete(Tables.Triggers, workflowId);
    }
}
