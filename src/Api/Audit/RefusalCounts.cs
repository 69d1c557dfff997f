using System.Runtime.InteropServices;
using Actors.Audit;

namespace Api.Audit;

/// <summary>A refusal that is the same as others: of one caller, at one route, for one reason.</summary>
/// <param name="Actor">Without the request.</param>
internal sealed record RefusalKey(string Action, AuditActor Actor, Guid? ProjectId, string Route, string Code)
{
    /// <summary>Of a webhook.</summary>
    public Guid? TriggerId { get; init; }
}

/// <summary>What a window of equal refusals becomes.</summary>
internal readonly record struct CountedRefusal(RefusalKey Key, string? RequestId, int Count);

/// <summary>
/// Counts equal refusals, so that a flood of them makes few entries: the first is told at once, and all that follow within the
/// window are one more when it ends. Of more callers than it can tell apart it counts the rest together, by action.
/// </summary>
internal sealed class RefusalCounts(TimeSpan window, int most, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<RefusalKey, Window> _open = [];
    private readonly Queue<CountedRefusal> _first = new();

    /// <summary>Whether no window is open.</summary>
    public bool IsEmpty
    {
        get
        {
            lock (_gate) return _open.Count == 0;
        }
    }

    /// <returns>Whether it is the first of its window.</returns>
    public bool Add(RefusalKey key, string? requestId)
    {
        lock (_gate)
        {
            if (_open.Count >= most && !_open.ContainsKey(key)) key = Many(key);
            ref var known = ref CollectionsMarshal.GetValueRefOrAddDefault(_open, key, out var exists);
            if (!exists)
            {
                known.Since = time.GetTimestamp();
                _first.Enqueue(new CountedRefusal(key, requestId, 1));
                return true;
            }

            known.More++;
            known.LastRequestId = requestId;
            return false;
        }
    }

    /// <summary>New ones, and windows that have ended.</summary>
    /// <param name="all">Windows that are still open, too.</param>
    public List<CountedRefusal> Take(bool all)
    {
        lock (_gate)
        {
            List<CountedRefusal> taken = [.. _first];
            _first.Clear();
            foreach (var (key, open) in _open)
            {
                if (!all && time.GetElapsedTime(open.Since) < window) continue;
                if (open.More > 0) taken.Add(new CountedRefusal(key, open.LastRequestId, open.More));
                _open.Remove(key);
            }

            return taken;
        }
    }

    private static RefusalKey Many(RefusalKey key) => new(key.Action, new AuditActor(ActorKind.Unknown), null, "", "many_callers");

    private struct Window
    {
        public long Since;
        public int More;
        public string? LastRequestId;
    }
}
