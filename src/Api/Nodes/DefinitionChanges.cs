using Api.Intake;

namespace Api.Nodes;

/// <summary>Brings every node's caches up to date when a project or workflow was changed through one of them.</summary>
internal sealed class DefinitionChanges(WorkflowIndexLoader loader, Neighbours neighbours)
{
    /// <summary>A node that does not answer in time finds the change by itself a little later.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>Ends when every node that answers knows: the caller may use any of them as soon as it has its answer.</summary>
    public async Task AnnounceAsync(DefinitionChange change)
    {
        var others = neighbours.Others.Select(
            node => neighbours.AskAsync(node, NodeServices.DefinitionChanged, change, Patience, CancellationToken.None));
        await Task.WhenAll([ApplyAsync(change), .. others]).ConfigureAwait(false);
    }

    public Task ApplyAsync(DefinitionChange change) => change.WorkflowId is { } workflowId
        ? loader.RefreshAsync(change.ProjectId, workflowId)
        : loader.RefreshProjectAsync(change.ProjectId);
}
