using System.Text;
using Api.Json;
using Api.ReadModels;

namespace Api.Audit;

/// <param name="Kind">As what they acted: system, user, super_user, anonymous, webhook, worker.</param>
/// <param name="Id">Of the user. A name, as long as there is one, stands at the user.</param>
/// <param name="Via">How they proved who they are: session, api_token, open_id.</param>
/// <param name="Address">The network the request came from, and a tag that tells its addresses apart.</param>
internal sealed record AuditActorView(string Kind, Guid? Id, string? Via, Guid? TokenId, string? Address, string? RequestId);

internal sealed record AuditItemView(string Type, Guid? Id);

/// <param name="Action">A word <c>area.thing_done</c>.</param>
/// <param name="Outcome">done, refused or failed.</param>
/// <param name="Position">In the chain; absent in the second before it is chained.</param>
/// <param name="Hash">Of the chain at that position.</param>
/// <param name="Details">What changed, before and after. The last field, so that its text can be cut out as it was hashed.</param>
internal sealed record AuditView(
    Guid Id, DateTimeOffset At, string Action, string Outcome, AuditActorView Actor, Guid? ProjectId, AuditItemView? Item,
    long? Position, string? Hash, RawJson? Details)
{
    public static AuditView Of(AuditRow row) => new(
        row.Id,
        row.At,
        row.Action,
        row.Outcome,
        new AuditActorView(row.ActorKind, row.ActorId, row.Via, row.TokenId, row.Address, row.RequestId),
        row.ProjectId,
        row.ItemType is { } type ? new AuditItemView(type, row.ItemId) : null,
        row.Position,
        row.Hash,
        row.Details is { } details ? new RawJson(Encoding.UTF8.GetBytes(details)) : null);
}

/// <param name="FromPosition">The first position to look at; the first of all unless given.</param>
/// <param name="Limit">Positions at most, up to a million.</param>
/// <param name="Checkpoint">A point of the chain that was kept elsewhere: it must still be there.</param>
internal sealed record VerifyRequest(long? FromPosition, int? Limit, KnownPoint? Checkpoint);

/// <param name="Text">What the signature is over, to the last line feed.</param>
/// <param name="Signature">ECDSA P-256 with SHA-256, DER in Base64.</param>
internal sealed record CheckpointView(
    long Number, long Position, string Head, DateTimeOffset At, string KeyId, string Text, string Signature)
{
    public static CheckpointView Of(CheckpointRow row) => new(
        row.Number, row.Position, row.Head, row.At, row.KeyId,
        ChainHash.CheckpointText(row.Number, row.Position, row.Head, row.At, row.KeyId), row.Signature);
}

/// <summary>A public key as JSON Web Key (RFC 7517) and as PEM.</summary>
internal sealed record CheckpointKey(string Kty, string Crv, string X, string Y, string Kid, string Alg, string Pem);

/// <param name="Items">Newest first.</param>
internal sealed record CheckpointList(IReadOnlyList<CheckpointView> Items, string? Next, CheckpointKey Key);
