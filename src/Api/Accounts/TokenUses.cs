using System.Collections.Concurrent;
using System.Threading.Channels;
using Actors;
using Actors.Users;
using Cluster.Entities;

namespace Api.Accounts;

/// <summary>Writes down about when API tokens were used, outside of the requests that use them: at most once a minute for each token and
/// node. When too much waits to be written, a use is not: it is for display only.</summary>
internal sealed class TokenUses(IEntities entities, TimeProvider time) : BackgroundService
{
    private const int Waiting = 1_000;
    private const int Remembered = 10_000;
    private static readonly TimeSpan s_interval = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<Guid, long> _noted = new();
    private readonly Channel<(Guid User, UserCommand.NoteTokenUse Use)> _uses = Channel.CreateBounded<(Guid, UserCommand.NoteTokenUse)>(
        new BoundedChannelOptions(Waiting) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    public void Note(Guid userId, Guid tokenId)
    {
        var now = time.GetTimestamp();
        if (_noted.TryGetValue(tokenId, out var last) && time.GetElapsedTime(last, now) < s_interval) return;

        if (_noted.Count >= Remembered) _noted.Clear();
        _noted[tokenId] = now;
        _uses.Writer.TryWrite((userId, new UserCommand.NoteTokenUse(tokenId, time.GetUtcNow())));
    }

    /// <summary>One after the other; whatever comes of it, the next use is noted anew.</summary>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var (user, use) in _uses.Reader.ReadAllAsync(stoppingToken))
            await entities.AskAsync(new EntityRef(EntityTypes.User, user), use, stoppingToken);
    }
}
