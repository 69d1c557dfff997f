using System.Collections.Concurrent;
using Actors.Workflows;
using Api.ReadModels;

namespace Api.Dispatch;

/// <summary>
/// Versions of workflows that runs were lately claimed for. A version never changes, so nothing has to be invalidated;
/// when the cache is full it starts over, which costs one read per workflow in use.
/// </summary>
internal sealed class WorkflowCache(RunInputs inputs, int capacity)
{
    private readonly ConcurrentDictionary<(Guid WorkflowId, int Version), Workflow> _versions = new();

    public async ValueTask<Workflow?> GetAsync(Guid workflowId, int version, CancellationToken cancellationToken)
    {
        if (_versions.TryGetValue((workflowId, version), out var known))
        {
            return known;
        }

        var workflow = await inputs.WorkflowAsync(workflowId, version, cancellationToken).ConfigureAwait(false);
        if (workflow is not null)
        {
            if (_versions.Count >= capacity)
            {
                _versions.Clear();
            }

            _versions[(workflowId, version)] = workflow;
        }

        return workflow;
    }
}
