using System.Collections.Immutable;
using System.Text.Json;
using Actors.Users;
using Cluster.Entities;
using Cluster.Journal;

namespace Api.ReadModels.Projections;

internal sealed class UserProjection : IProjection<UserState, UserEvent>
{
    public void Project(RowBatch rows, in DecisionContext context, UserState state, UserEvent @event)
    {
        var id = context.Entity.Id;
        switch (@event)
        {
            case UserEvent.Created or UserEvent.PersonSet or UserEvent.PasswordSet or UserEvent.PasswordRehashed or UserEvent.Resealed:
                SaveUser(rows, id, state);
                break;
            case UserEvent.SessionBegun begun:
                SaveUser(rows, id, state);
                SaveSession(rows, id, begun.Session);
                break;
            case UserEvent.MfaConfirmed or UserEvent.MfaRemoved:
                SaveUser(rows, id, state);
                foreach (var session in state.Sessions.Values) SaveSession(rows, id, session);
                foreach (var token in state.Tokens.Values) SaveToken(rows, id, token);
                break;
            case UserEvent.SessionRefreshed refreshed:
                SaveSession(rows, id, state.Sessions[refreshed.SessionId]);
                break;
            case UserEvent.SessionsEnded ended:
                DeleteSessions(rows, ended.Sessions);
                break;
            case UserEvent.TokenCreated created:
                SaveToken(rows, id, created.Token);
                break;
            case UserEvent.TokensRevoked revoked:
                DeleteTokens(rows, revoked.Tokens);
                break;
            case UserEvent.Erased erased:
                rows.Delete(AccountTables.Users, id);
                rows.Upsert(AccountTables.ErasedUsers, id, erased.At);
                DeleteSessions(rows, erased.Sessions);
                DeleteTokens(rows, erased.Tokens);
                break;
        }
    }

    public void Project(RowBatch rows, in DecisionContext context, UserState state, Attachment attachment)
    {
        if (attachment is TokenUse use) rows.Upsert(AccountTables.TokenUses, use.TokenId, use.At);
    }

    private static void SaveUser(RowBatch rows, Guid id, UserState state) =>
        rows.Upsert(
            AccountTables.Users,
            id, state.Person!.Blob, state.PersonVersion, state.PasswordHash is not null, state.PasswordSetAt, state.Mfa is not null, state.LastSignInAt);

    private static void SaveSession(RowBatch rows, Guid userId, Session session) =>
        rows.Upsert(
            AccountTables.Sessions,
            session.Id, userId, session.Hashes.Access, session.HasMfa, session.CreatedAt, session.AccessExpiresAt, session.ExpiresAt);

    private static void SaveToken(RowBatch rows, Guid userId, ApiToken token) =>
        rows.Upsert(
            AccountTables.ApiTokens,
            token.Id, userId, token.Name, token.Hash, token.Prefix,
            Json(token.Scope.Scopes), Json(token.Scope.Projects?.Select(static id => id.ToString()).ToImmutableArray()),
            Json(token.Scope.Environments), token.HasMfa, token.CreatedAt, token.ExpiresAt);

    private static void DeleteSessions(RowBatch rows, ImmutableArray<Guid> ids)
    {
        foreach (var id in ids) rows.Delete(AccountTables.Sessions, id);
    }

    private static void DeleteTokens(RowBatch rows, ImmutableArray<Guid> ids)
    {
        foreach (var id in ids)
        {
            rows.Delete(AccountTables.ApiTokens, id);
            rows.Delete(AccountTables.TokenUses, id);
        }
    }

    private static string? Json(ImmutableArray<string>? words) =>
        words is { } given ? JsonSerializer.Serialize([.. given], DefinitionJson.Default.StringArray) : null;
}
