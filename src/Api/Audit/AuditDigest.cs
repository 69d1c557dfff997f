using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Actors.Audit;
using Api.ReadModels;
using Cluster.Journal;

namespace Api.Audit;

/// <summary>
/// The one form of an entry that is authenticated: SHA-256 over its fields in the order of <c>docs/audit.md</c>, each as its length in
/// bytes (four, big-endian) and its UTF-8; an absent field has the length 0xFFFFFFFF. A part of the exported trail's format.
/// </summary>
internal static class AuditDigest
{
    public const string Version = "audit-entry-v1";

    public static byte[] Of(AuditEntry entry)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var (actor, fact) = (entry.Actor, entry.Fact);
        Add(hash, Version);
        Add(hash, entry.Id.ToString());
        Add(hash, StoredTime.ToMicroseconds(entry.At).ToString(CultureInfo.InvariantCulture));
        Add(hash, Words.Of(actor.Kind));
        Add(hash, actor.Id?.ToString());
        Add(hash, actor.Via);
        Add(hash, actor.TokenId?.ToString());
        Add(hash, actor.Address);
        Add(hash, actor.RequestId);
        Add(hash, fact.Action);
        Add(hash, Words.Of(fact.Outcome));
        Add(hash, fact.ProjectId?.ToString());
        Add(hash, fact.ItemType);
        Add(hash, fact.ItemId?.ToString());
        Add(hash, fact.Details);
        return hash.GetHashAndReset();
    }

    /// <summary>Stands in the chain for an entry that was gone before it was chained.</summary>
    public static byte[] OfMissing(Guid entryId) => SHA256.HashData(Encoding.ASCII.GetBytes($"audit-entry-missing\n{entryId}"));

    private static void Add(IncrementalHash hash, string? field)
    {
        Span<byte> length = stackalloc byte[sizeof(uint)];
        var bytes = field is null ? [] : Encoding.UTF8.GetBytes(field);
        BinaryPrimitives.WriteUInt32BigEndian(length, field is null ? uint.MaxValue : (uint)bytes.Length);
        hash.AppendData(length);
        hash.AppendData(bytes);
    }
}
