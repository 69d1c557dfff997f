using System.Collections.Concurrent;
using Cluster;

namespace Api.Credentials;

/// <summary>Which uses of credentials are noted: of each at most one a minute through this node, so that a busy one costs no write per run.</summary>
internal sealed class CredentialUses(TimeProvider time)
{
    /// <summary>With more in a minute than this some are noted more often.</summary>
    private const int Most = 100_000;
    private static readonly TimeSpan s_every = TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<Guid, long> _next = new();

    public bool IsDue(Guid credentialId) => !_next.TryGetValue(credentialId, out var next) || time.GetTimestamp() >= next;

    public void Noted(Guid credentialId)
    {
        if (_next.Count >= Most) _next.Clear();
        _next[credentialId] = time.TimestampAfter(s_every);
    }
}
