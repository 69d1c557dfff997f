namespace Cluster.Sharding;

/// <summary>What this node knows of the cluster. Read by everybody, written by membership alone.</summary>
public sealed class ClusterState(Guid self)
{
    private volatile ClusterView _view = ClusterView.Empty;
    private volatile TaskCompletionSource _changed = NewSignal();
    private volatile bool _wasDeclaredDown;

    /// <summary>Of a node that shares its store with nobody.</summary>
    public static ClusterState Alone()
    {
        var state = new ClusterState(Guid.NewGuid()) { IsAlone = true };
        var owner = new ShardOwner(state.Self, 1);
        state.Publish(new ClusterView([], [.. Enumerable.Repeat(owner, ShardMap.ShardCount)]));
        return state;
    }

    /// <summary>This node, in this life.</summary>
    public Guid Self => self;

    /// <summary>Whether the store is this node's alone: there are no members then.</summary>
    public bool IsAlone { get; private init; }

    /// <summary>Whether the others declared this node down. Its process then has to end with an error, so that it is
    /// started again.</summary>
    public bool WasDeclaredDown => _wasDeclaredDown;

    public ClusterView View => _view;

    /// <summary>Ends when the next view comes. Take it before looking at <see cref="View"/>, or one may be missed.</summary>
    public Task Changed => _changed.Task;

    internal void Publish(ClusterView view)
    {
        _view = view;
        Signal();
    }

    /// <summary>Whoever waits for a view waits no longer: none will help.</summary>
    internal void DeclareDown()
    {
        _wasDeclaredDown = true;
        Signal();
    }

    private void Signal() => Interlocked.Exchange(ref _changed, NewSignal()).TrySetResult();

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
