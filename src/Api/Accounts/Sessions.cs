using Actors.Instance;
using Actors.Users;
using Api.Instance;
using Api.Problems;
using Api.ReadModels;
using Cluster.Entities;

namespace Api.Accounts;

/// <summary>On what grounds a session begins.</summary>
/// <param name="VerifiedHash">See <see cref="UserCommand.BeginSession"/>.</param>
internal sealed record SessionStart(string? VerifiedHash)
{
    /// <summary>Somebody else checked a second factor.</summary>
    public bool HasMfa { get; init; }

    public string? Rehashed { get; init; }

    public SecondFactor? Factor { get; init; }

    public string? Address { get; init; }
}

/// <summary>Begins sessions for who has proved who they are, and keeps them going.</summary>
internal sealed class Sessions(IEntities entities, Users users, AccountQueries accounts, InstancePolicy policy)
{
    public async Task<(SessionTokens? Tokens, Problem? Problem)> BeginAsync(
        Guid userId, SessionStart start, CancellationToken cancellationToken)
    {
        var access = OpaqueToken.New(OpaqueToken.Access);
        var refresh = RefreshToken.New(entities.NewLocalId());
        var hashes = new SessionHashes(OpaqueToken.Hash(access), refresh.FamilyHash, refresh.SecretHash);
        var times = Times(await policy.SettingsAsync(cancellationToken));
        var begin = new UserCommand.BeginSession(refresh.SessionId, hashes, times, start.HasMfa, start.VerifiedHash, start.Rehashed)
        {
            Factor = start.Factor,
            Address = start.Address,
        };
        return await users.AskAsync(userId, begin, cancellationToken) switch
        {
            Outcome.Replied { Reply: UserReply.Held held } => (Tokens(access, refresh, held), null),
            Outcome.Refused { Refusal.Code: UserRefusals.CodeNeededCode } => (null, Problem.Of(ProblemKinds.MfaCodeNeeded)),
            Outcome.Refused => (null, Problem.Of(ProblemKinds.SignInFailed)),
            var outcome => (null, Problem.Of(outcome)),
        };
    }

    public async Task<(SessionTokens? Tokens, Problem? Problem)> RefreshAsync(string? token, CancellationToken cancellationToken)
    {
        if (RefreshToken.Read(token) is not { } present
            || await accounts.FindSessionAsync(present.SessionId, cancellationToken) is not { } session)
            return (null, Problem.Of(ProblemKinds.SessionEnded));

        var access = OpaqueToken.New(OpaqueToken.Access);
        var next = present.Next();
        var times = Times(await policy.SettingsAsync(cancellationToken));
        var refresh = new UserCommand.RefreshSession(
            present.SessionId, present.FamilyHash, present.SecretHash, OpaqueToken.Hash(access), next.SecretHash, times);
        return await users.AskAsync(session.UserId, refresh, cancellationToken) switch
        {
            Outcome.Replied { Reply: UserReply.Held held } => (Tokens(access, next, held), null),
            Outcome.Replied or Outcome.Refused => (null, Problem.Of(ProblemKinds.SessionEnded)),
            var outcome => (null, Problem.Of(outcome)),
        };
    }

    private static SessionTimes Times(InstanceSettings settings) =>
        new(
            TimeSpan.FromMinutes(settings.AccessTokenMinutes), TimeSpan.FromHours(settings.SessionIdleHours),
            TimeSpan.FromDays(settings.SessionMaxDays));

    private static SessionTokens Tokens(string access, RefreshToken refresh, UserReply.Held held) =>
        new(refresh.SessionId, access, held.AccessExpiresAt, refresh.Write(), held.ExpiresAt);
}
