using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Actors;
using Actors.Audit;
using Api.ReadModels;
using Cluster.Entities;

namespace Api.Audit;

/// <summary>The one chain of the cluster: its entity, and how it is extended by the node that owns it.</summary>
internal sealed partial class AuditChain(
    IEntities entities, ChainQueries queries, AuditKeys keys, TimeProvider time, ILogger<AuditChain> logger)
{
    /// <summary>Its id is fixed, and so is its shard.</summary>
    public static readonly EntityRef Entity = new(EntityTypes.AuditChain, new Guid("a0d17c4a-1000-8000-8000-000000000000"));

    /// <summary>Entries of one transaction; of 2.5 kB each in memory, so that a page stays small.</summary>
    private const int PageSize = 500;
    private const int SignEvery = 10_000;
    private static readonly TimeSpan SignAfter = TimeSpan.FromSeconds(60);

    /// <summary>The end of the chain, asked for from any node.</summary>
    /// <exception cref="InvalidOperationException">The chain's node does not answer.</exception>
    public async Task<ChainState> LookAsync(CancellationToken cancellationToken) =>
        await entities.AskAsync(Entity, new ChainCommand.Look(), cancellationToken).ConfigureAwait(false)
            is Outcome.Replied { Reply: ChainReply.Present present }
                ? present.State
                : throw new InvalidOperationException("The audit chain does not answer.");

    /// <summary>Chains a page of what waits, and signs if it is time.</summary>
    /// <returns>True if more may wait.</returns>
    public async Task<bool> ExtendAsync(CancellationToken cancellationToken)
    {
        // The end is read before what waits: a page that was read earlier than another node's append is refused.
        if (await AskHereAsync(new ChainCommand.Look(), cancellationToken).ConfigureAwait(false) is not { } end) return false;
        var pending = await queries.PendingAsync(PageSize, cancellationToken).ConfigureAwait(false);
        if (pending.Count > 0)
        {
            if (await AskHereAsync(Link(end, pending), cancellationToken).ConfigureAwait(false) is not { } extended) return false;
            end = extended;
        }

        await SignAsync(end, cancellationToken).ConfigureAwait(false);
        return pending.Count == PageSize;
    }

    private ChainCommand.Append Link(ChainState end, List<PendingRow> pending)
    {
        var waiting = pending.Where(static row => row.ChainedAt is null).ToArray();
        var links = ImmutableArray.CreateBuilder<ChainLink>(waiting.Length);
        var head = end.Head;
        foreach (var row in waiting)
        {
            var (verdict, digest) = Judge(row);
            if (verdict != LinkVerdict.Sound) NotSound(row.EntryId, Words.Of(verdict));
            var position = end.Position + links.Count + 1;
            head = ChainHash.Next(head, position, digest);
            links.Add(new ChainLink(
                row.EntryId, row.PendingAt, verdict, head, keys.LinkMac(ChainHash.LinkText(position, row.EntryId, verdict, head))));
        }

        return new ChainCommand.Append(
            end.Position,
            links.DrainToImmutable(),
            [.. pending.Where(static row => row.ChainedAt is not null).Select(static row => new PendingEntry(row.EntryId, row.PendingAt))]);
    }

    private (LinkVerdict Verdict, byte[] Digest) Judge(PendingRow row)
    {
        if (!row.IsThere) return (LinkVerdict.Missing, AuditDigest.OfMissing(row.EntryId));
        if (row.Entry is not { } entry) return (LinkVerdict.Forged, AuditDigest.OfMissing(row.EntryId));
        var digest = AuditDigest.Of(entry);
        return (keys.IsEntryMac(digest, row.Mac) ? LinkVerdict.Sound : LinkVerdict.Forged, digest);
    }

    /// <summary>A checkpoint when there is news and the last one is old or far enough behind.</summary>
    private async Task SignAsync(ChainState end, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var news = end.Position - end.SignedPosition;
        if (news == 0 || (news < SignEvery && now - end.SignedAt < SignAfter)) return;

        var at = new DateTimeOffset(now.UtcTicks / TimeSpan.TicksPerMicrosecond * TimeSpan.TicksPerMicrosecond, TimeSpan.Zero);
        var text = ChainHash.CheckpointText(end.Checkpoints + 1, end.Position, end.Head, at, keys.SigningId);
        var signature = Convert.ToBase64String(
            keys.Signing.SignData(Encoding.UTF8.GetBytes(text), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
        var checkpoint = new Checkpoint(end.Checkpoints + 1, end.Position, end.Head, at, keys.SigningId, signature);
        if (await AskHereAsync(new ChainCommand.Sign(checkpoint), cancellationToken).ConfigureAwait(false) is not null)
            Signed(checkpoint.Number, checkpoint.Position, checkpoint.Head, at.ToString("O", CultureInfo.InvariantCulture), keys.SigningId, signature);
    }

    /// <summary>Null if this node does not own the chain, or could not change it.</summary>
    private async Task<ChainState?> AskHereAsync(ChainCommand command, CancellationToken cancellationToken) =>
        await entities.AskHereAsync(Entity, command, cancellationToken).ConfigureAwait(false)
            is Outcome.Replied { Reply: ChainReply.Present present }
                ? present.State
                : null;

    [LoggerMessage(3300, LogLevel.Information, "Audit checkpoint {Number}: position {Position}, head {Head}, at {At}, key {KeyId}, signature {Signature}")]
    private partial void Signed(long number, long position, string head, string at, string keyId, string signature);

    [LoggerMessage(3301, LogLevel.Critical, "Audit entry {EntryId} was {Verdict} when it was to be chained: somebody has changed the store")]
    private partial void NotSound(Guid entryId, string verdict);
}

/// <summary>Extends the chain while this node owns it, at most a second behind the entries.</summary>
internal sealed partial class AuditChainLoop(AuditChain chain, Cluster.Sharding.ShardGate shards, TimeProvider time, ILogger<AuditChainLoop> logger)
    : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(900);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly int s_shard = Cluster.Sharding.ShardMap.ShardOf(AuditChain.Entity.Id);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var wait = await ExtendAsync(stoppingToken).ConfigureAwait(false);
            if (wait > TimeSpan.Zero) await Task.Delay(wait, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<TimeSpan> ExtendAsync(CancellationToken stoppingToken)
    {
        try
        {
            return shards.IsOpen(s_shard) && await chain.ExtendAsync(stoppingToken).ConfigureAwait(false) ? TimeSpan.Zero : Every;
        }
        catch (Exception e) when (!stoppingToken.IsCancellationRequested)
        {
            NotExtended(e);
            return Pause;
        }
        catch (OperationCanceledException)
        {
            return Every;
        }
    }

    [LoggerMessage(3302, LogLevel.Error, "The audit chain could not be extended; trying again")]
    private partial void NotExtended(Exception cause);
}
