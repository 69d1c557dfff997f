using System.Collections.Immutable;
using Cluster.Entities;

namespace Actors.Vaults;

/// <summary>What a vault does while keys are rotated. Deleted credentials take part: they can be restored.</summary>
internal static class ResealDecider
{
    public static Decision<VaultEvent> Inspect(VaultState state, Guid credentialId) =>
        state.Credentials.TryGetValue(credentialId, out var credential)
            ? Decision<VaultEvent>.Answer(new VaultReply.Fetched(credential))
            : VaultRefusals.NotFound(credentialId);

    public static Decision<VaultEvent> Reseal(VaultState state, ImmutableArray<BlobChange> changes, DateTimeOffset now)
    {
        var present = changes.That(state.Credentials.Values.SelectMany(Blobs));
        return present.IsEmpty
            ? Decision<VaultEvent>.Answer(VaultReply.Done.Instance)
            : Decision<VaultEvent>.Persist(new VaultEvent.Resealed(present, now), VaultReply.Done.Instance).Forgetting();
    }

    public static VaultState Resealed(VaultState state, ImmutableArray<BlobChange> changes) =>
        state with
        {
            Credentials = state.Credentials.SetItems(state.Credentials.Values
                .Where(credential => !changes.That(Blobs(credential)).IsEmpty)
                .Select(credential => KeyValuePair.Create(credential.Id, Resealed(credential, changes)))),
        };

    /// <summary>Neither version nor time change: it is the same credential.</summary>
    private static Credential Resealed(Credential credential, ImmutableArray<BlobChange> changes) => credential with
    {
        Body = new SealedBody(changes.Replace(credential.Body.Blob)),
        Environments = credential.Environments?.SetItems(credential.Environments.Select(one => KeyValuePair.Create(
            one.Key, one.Value with { Body = new SealedBody(changes.Replace(one.Value.Body.Blob)) }))),
        Tokens = credential.Tokens?.SetItems(credential.Tokens.Where(static one => one.Value.Tokens is not null).Select(one => KeyValuePair.Create(
            one.Key, one.Value with { Tokens = new SealedBody(changes.Replace(one.Value.Tokens!.Blob)) }))),
    };

    private static IEnumerable<ReadOnlyMemory<byte>> Blobs(Credential credential) =>
    [
        credential.Body.Blob,
        .. credential.Environments?.Values.Select(static body => body.Body.Blob) ?? [],
        .. credential.Tokens?.Values.Where(static state => state.Tokens is not null).Select(static state => state.Tokens!.Blob) ?? [],
    ];
}
