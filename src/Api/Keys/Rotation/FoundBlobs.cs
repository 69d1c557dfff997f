using System.Collections.Immutable;
using Actors;
using Cluster.Entities;
using Cluster.Sealing;

namespace Api.Keys.Rotation;

/// <summary>The blobs of a page of entities: counts, and what is to take their place.</summary>
internal sealed class FoundBlobs(Resealer resealer, NoticeBoard notices)
{
    private readonly Queue<BlobChange> _changes = [];
    private int _seen;
    private int _damaged;

    public int Resealed { get; set; }

    /// <summary>Wiped or without key; an entity of which all is without key counts once.</summary>
    public int Skipped { get; set; }

    public bool HasChanges => _changes.Count > 0;

    /// <summary>Of all changes together.</summary>
    public long Bytes { get; private set; }

    /// <param name="identity">What the blob is bound to.</param>
    public async Task AddAsync(EntityRef entity, ReadOnlyMemory<byte> blob, byte[] identity, CancellationToken cancellationToken)
    {
        var (outcome, anew) = await resealer.ResealAsync(blob, identity, cancellationToken);
        _seen++;
        switch (outcome)
        {
            case Resealing.Resealed:
                _changes.Enqueue(BlobChange.Of(blob, anew));
                Bytes += blob.Length;
                break;
            case Resealing.Gone:
                Skipped++;
                break;
            case Resealing.Damaged:
                _damaged++;
                notices.Publish(IntegrityFault.Of(entity));
                break;
        }
    }

    /// <summary>The next changes of this size in all, but one at least; none if there are none left.</summary>
    public ImmutableArray<BlobChange> Take(int mostBytes)
    {
        var taken = ImmutableArray.CreateBuilder<BlobChange>();
        for (var bytes = 0; bytes < mostBytes && _changes.TryDequeue(out var change); bytes += change.Blob.Length)
        {
            taken.Add(change);
            Bytes -= change.Blob.Length;
        }

        return taken.ToImmutable();
    }

    /// <summary>The present entity stays as it is.</summary>
    public void GiveUp()
    {
        _changes.Clear();
        Bytes = 0;
        _damaged++;
    }

    public ResealedPage Page(string? position) => new(position, _seen, Resealed) { Skipped = Skipped, Damaged = _damaged };
}
