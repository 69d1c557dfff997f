using Actors;
using Api.ReadModels;
using Cluster.Entities;
using Cluster.Journal;
using Cluster.Sealing;

namespace Api.Keys.Rotation;

/// <summary>
/// Walks through entities of one kind that hold sealed blobs, by the ids of their rows. Entities themselves have no keys: what they hold is
/// sealed anew here, and they put it in place if the old one is still there.
/// </summary>
internal abstract class EntityResealing(string name, IEntities entities, IReadStore store, Resealer resealer, NoticeBoard notices) : IResealing
{
    /// <summary>Entities at once: each may hold many blobs.</summary>
    private const int MostEntities = 50;

    /// <summary>Sizes of blobs in one command, in bytes.</summary>
    protected const int MostBytes = 512 * 1024;

    /// <summary>Tries, about a second apart, after which an entity counts as damaged: it cannot be recovered, which it has announced itself.</summary>
    private const int MostTries = 900;

    private (Guid Id, int Times) _tried;

    public string Name => IsAgain ? $"{name} again" : name;

    /// <summary>At the end of a rotation once more, for what somebody had read before it was sealed anew and gave back afterwards.</summary>
    public bool IsAgain { get; init; }

    /// <summary>Selects at most <c>@most</c> ids above <c>@after</c>, in order.</summary>
    protected abstract string Ids { get; }

    protected IReadStore Store => store;

    public async Task<ResealedPage> NextAsync(string position, int most, CancellationToken cancellationToken)
    {
        var (after, limit) = (position.Length == 0 ? Guid.Empty : Guid.ParseExact(position, "N"), Math.Min(most, MostEntities));
        var ids = await store.ListAsync<Guid>(Ids, new { after, most = limit }, cancellationToken);
        var found = new FoundBlobs(resealer, notices);
        var last = after;
        foreach (var id in ids)
        {
            try
            {
                if (!await resealer.IsDestroyedAsync(id, cancellationToken)) await ResealAsync(id, found, cancellationToken);
                else found.Skipped++;
            }
            catch (EntityUnavailableException) when (last != after)
            {
                // What was done is kept; the next page begins with it.
                return found.Page(last.ToString("N"));
            }
            catch (EntityUnavailableException) when (IsGivenUp(id))
            {
                found.GiveUp();
            }

            last = id;
        }

        return found.Page(ids.Count < limit ? null : last.ToString("N"));
    }

    /// <exception cref="EntityUnavailableException">It does not answer now.</exception>
    protected abstract Task ResealAsync(Guid id, FoundBlobs found, CancellationToken cancellationToken);

    /// <returns>Null if it refuses: it is not there any more.</returns>
    protected async Task<object?> AskAsync(EntityRef entity, object command, CancellationToken cancellationToken) =>
        await entities.AskAsync(entity, command, cancellationToken) switch
        {
            Outcome.Replied replied => replied.Reply,
            Outcome.Refused => null,
            var other => throw new EntityUnavailableException($"{entity} does not answer: {other}."),
        };

    /// <summary>Tells the entity what takes the place of what, in commands of bounded size.</summary>
    protected async Task TellAsync(
        EntityRef entity, FoundBlobs found, Func<System.Collections.Immutable.ImmutableArray<BlobChange>, object> command, CancellationToken cancellationToken)
    {
        while (found.Take(MostBytes) is { IsEmpty: false } changes)
        {
            if (await AskAsync(entity, command(changes), cancellationToken) is not null) found.Resealed += changes.Length;
        }
    }

    private bool IsGivenUp(Guid id)
    {
        _tried = _tried.Id == id ? (id, _tried.Times + 1) : (id, 1);
        return _tried.Times >= MostTries;
    }
}

/// <summary>An entity could not be asked: to be tried again.</summary>
internal sealed class EntityUnavailableException(string message) : Exception(message);
