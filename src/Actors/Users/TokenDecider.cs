using System.Collections.Immutable;
using System.Diagnostics;
using Cluster.Entities;

namespace Actors.Users;

/// <summary>What a user decides about API tokens.</summary>
internal static class TokenDecider
{
    public static Decision<UserEvent> Decide(UserState state, UserCommand command, DateTimeOffset now) => command switch
    {
        UserCommand.CreateToken create => Create(state, create, now),
        UserCommand.RevokeToken revoke => state.Tokens.ContainsKey(revoke.TokenId)
            ? Decision<UserEvent>.Persist(new UserEvent.TokensRevoked([revoke.TokenId], now), UserReply.Done.Instance)
            : UserRefusals.TokenNotFound(),
        UserCommand.NoteTokenUse use => state.Tokens.ContainsKey(use.TokenId)
            ? Decision<UserEvent>.Answer(UserReply.Done.Instance).With([new TokenUse(use.TokenId, use.At)])
            : UserRefusals.TokenNotFound(),
        _ => throw new UnreachableException(),
    };

    private static Decision<UserEvent> Create(UserState state, UserCommand.CreateToken create, DateTimeOffset now)
    {
        var faults = UserRules.Check(create, now);
        if (!faults.IsEmpty) return UserRefusals.TokenInvalid(faults);

        var expired = state.Tokens.Values.Where(token => token.ExpiresAt <= now).Select(static token => token.Id).Order().ToImmutableArray();
        if (state.Tokens.Count - expired.Length >= UserRules.MaxTokens) return UserRefusals.TooManyTokens();

        var token = new ApiToken(
            create.TokenId, create.Name, create.Hash, create.Prefix, create.Scope, create.HasMfa, now, create.ExpiresAt);
        var created = new UserEvent.TokenCreated(token);
        var isFull = state.Tokens.Count >= UserRules.MaxTokens;
        return Decision<UserEvent>.Persist(isFull ? [new UserEvent.TokensRevoked(expired, now), created] : [created], UserReply.Done.Instance);
    }
}
