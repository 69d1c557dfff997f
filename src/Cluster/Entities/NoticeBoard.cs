using System.Collections.Immutable;

namespace Cluster.Entities;

/// <summary>
/// Hands notices (<see cref="Effect.Announce"/>) to subscribers of this node, on the publisher's thread and in its order.
/// Handlers must be quick and must not throw: they put what they heard into a bounded stage of their own.
/// </summary>
public sealed class NoticeBoard
{
    private ImmutableArray<Action<object>> _handlers = [];

    public void Publish(object notice)
    {
        foreach (var handler in _handlers)
        {
            handler(notice);
        }
    }

    /// <summary>Subscribes to notices of a type (or derived from it) until the returned value is disposed.</summary>
    public IDisposable Subscribe<T>(Action<T> handler)
        where T : class
    {
        void Filter(object notice)
        {
            if (notice is T wanted)
            {
                handler(wanted);
            }
        }

        Action<object> filter = Filter;
        ImmutableInterlocked.Update(ref _handlers, static (list, added) => list.Add(added), filter);
        return new Subscription(this, filter);
    }

    private sealed class Subscription(NoticeBoard board, Action<object> filter) : IDisposable
    {
        public void Dispose() =>
            ImmutableInterlocked.Update(ref board._handlers, static (list, removed) => list.Remove(removed), filter);
    }
}
