using System.Text.Json.Serialization;
using Api.Security;
using Cluster.Sealing;

namespace Api.Credentials.OAuth;

/// <summary>An authorization that is at the provider: all that the way back is checked with.</summary>
/// <param name="OwnerId">Who began it, and alone may finish it.</param>
/// <param name="Version">Of the credential: a change of its body ends what is under way.</param>
internal sealed record PendingAuthorization(
    Guid OwnerId, Guid CredentialId, string Environment, string RedirectUri, string Verifier, int Version, DateTimeOffset Until)
{
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    [JsonIgnore]
    public string Challenge => Pkce.ChallengeOf(Verifier);
}

/// <summary>
/// Turns what is pending into the <c>state</c> that goes to the provider and comes back, encrypted under a key of the cluster: any node can
/// finish, nothing is stored, and neither the provider nor the browser reads the verifier in it.
/// </summary>
internal sealed class AuthorizationStates(RootKey root, TimeProvider time)
{
    private readonly TicketSeal<PendingAuthorization> _seal =
        new(root, "credential authorization state"u8, PendingAuthorizationJson.Default.PendingAuthorization, 4_096);

    public string Seal(PendingAuthorization pending) => _seal.Seal(pending);

    /// <returns>Null unless it was made here and is good yet.</returns>
    public PendingAuthorization? Open(string? text) => _seal.Open(text) is { } pending && pending.Until > time.GetUtcNow() ? pending : null;
}

[JsonSerializable(typeof(PendingAuthorization))]
internal sealed partial class PendingAuthorizationJson : JsonSerializerContext;
