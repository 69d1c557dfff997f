using Actors.Audit;
using Actors.Users;
using Cluster.Entities;
using Cluster.Journal;

namespace Api.Audit;

/// <summary>Entries about sign-ins and what proves them. Never a secret, a hash of one, or anything of the person.</summary>
internal sealed class UserTrail(AuditRows audit) : ITrail<UserState, UserEvent>
{
    public void Record(RowBatch rows, in DecisionContext context, UserState before, UserState after, UserEvent @event)
    {
        if (FactOf(@event) is not { } fact) return;
        audit.Add(rows, context, fact with { ItemType = fact.ItemType ?? "user", ItemId = fact.ItemId ?? context.Entity.Id });
        if (@event is UserEvent.SessionBegun { Factor.RecoveryHash: not null })
            audit.Add(rows, context, new AuditFact(AuditActions.RecoveryCodeUsed) { ItemType = "user", ItemId = context.Entity.Id }, ordinal: 1);
    }

    /// <returns>Null for what says nothing: the first step of making a user, and refreshed tokens and hashes.</returns>
    private static AuditFact? FactOf(UserEvent @event) => @event switch
    {
        UserEvent.PersonSet => new AuditFact(AuditActions.UserPersonChanged),
        UserEvent.PasswordSet => new AuditFact(AuditActions.PasswordChanged),
        UserEvent.SessionBegun begun => new AuditFact(AuditActions.SignedIn)
        {
            Details = AuditDetails.Of(writer =>
            {
                writer.WriteString("session"u8, begun.Session.Id);
                writer.WriteBoolean("secondFactor"u8, begun.Session.HasMfa);
            }),
        },
        UserEvent.SessionsEnded ended => new AuditFact(AuditActions.SessionsEnded)
        {
            Details = AuditDetails.Of(writer =>
            {
                writer.WriteString("why"u8, ReadModels.Words.Of(ended.Why));
                writer.WriteStartArray("sessions"u8);
                foreach (var id in ended.Sessions) writer.WriteStringValue(id);
                writer.WriteEndArray();
            }),
        },
        UserEvent.TokenCreated created => TokenCreated(created.Token),
        UserEvent.TokensRevoked revoked => new AuditFact(AuditActions.ApiTokensRevoked)
        {
            Details = AuditDetails.Of(writer =>
            {
                writer.WriteStartArray("tokens"u8);
                foreach (var id in revoked.Tokens) writer.WriteStringValue(id);
                writer.WriteEndArray();
            }),
        },
        UserEvent.MfaConfirmed => new AuditFact(AuditActions.MfaSetUp),
        UserEvent.MfaRemoved removed => new AuditFact(AuditActions.MfaRemoved)
        {
            Details = AuditDetails.Of(writer => writer.WriteBoolean("byRecoveryCode"u8, removed.ByRecoveryCode)),
        },
        UserEvent.RecoveryCodesSet => new AuditFact(AuditActions.RecoveryCodesMade),
        UserEvent.LinkOffered offered => Link(AuditActions.LinkMade, offered.Link.Purpose),
        UserEvent.LinkAccepted accepted => Link(AuditActions.LinkUsed, accepted.Purpose),
        UserEvent.Erased => new AuditFact(AuditActions.UserErased),
        _ => null,
    };

    private static AuditFact Link(string action, LinkPurpose purpose) =>
        new(action) { Details = AuditDetails.Of(writer => writer.WriteString("purpose"u8, ReadModels.Words.Of(purpose))) };

    private static AuditFact TokenCreated(ApiToken token) => new(AuditActions.ApiTokenCreated)
    {
        ItemType = "api_token",
        ItemId = token.Id,
        Details = AuditDetails.Of(writer =>
        {
            writer.WriteString("expiresAt"u8, token.ExpiresAt);
            if (token.Scope.Scopes is { } scopes) writer.WriteString("scopes"u8, AuditDetails.Listed(scopes));
        }),
    };
}
