namespace Api.Operations;

/// <summary>The operations of this node: projects take turns, and inside a project the oldest goes first.</summary>
internal sealed class OperationTurns
{
    private readonly Dictionary<Guid, Queue<Guid>> _ofProject = [];
    private readonly Queue<Guid> _projects = new();
    private readonly HashSet<Guid> _known = [];
    private readonly Lock _gate = new();

    /// <summary>Adds an operation unless it is known.</summary>
    public void Add(Guid operationId, Guid projectId)
    {
        lock (_gate)
        {
            if (!_known.Add(operationId)) return;
            if (!_ofProject.TryGetValue(projectId, out var operations))
            {
                _ofProject.Add(projectId, operations = new Queue<Guid>());
                _projects.Enqueue(projectId);
            }

            operations.Enqueue(operationId);
        }
    }

    /// <summary>Whose turn it is; it stays until it is removed.</summary>
    public bool TryNext(out Guid operationId, out Guid projectId)
    {
        lock (_gate)
        {
            operationId = default;
            if (!_projects.TryDequeue(out projectId)) return false;
            operationId = _ofProject[projectId].Peek();
            _projects.Enqueue(projectId);
            return true;
        }
    }

    /// <summary>The operation whose turn it was has ended, or is another node's.</summary>
    public void Remove(Guid operationId, Guid projectId)
    {
        lock (_gate)
        {
            _known.Remove(operationId);
            var operations = _ofProject[projectId];
            operations.Dequeue();
            if (operations.Count > 0) return;
            _ofProject.Remove(projectId);
            for (var left = _projects.Count; left > 0; left--)
            {
                var project = _projects.Dequeue();
                if (project != projectId) _projects.Enqueue(project);
            }
        }
    }
}
