using System.Text;
using Actors;
using Actors.Accounts;
using Actors.Users;
using Api.Hosting;
using Api.Problems;
using Api.ReadModels;
using Cluster.Entities;

namespace Api.Accounts;

/// <summary>Begins sessions for who proves who they are, and keeps them going.</summary>
internal sealed class Sessions(IEntities entities, Users users, AccountQueries accounts, People people, Passwords passwords, NodeSettings settings)
{
    private SessionTimes Times => settings.Accounts.Session;

    /// <summary>Whatever is wrong (no such user, no or another password, not allowed to sign in), the answer is the same and so is the
    /// work: somebody who does not exist is asked for, and has their password checked, like anybody else.</summary>
    public async Task<(SessionTokens? Tokens, Problem? Problem)> SignInAsync(
        string email, string password, CancellationToken cancellationToken)
    {
        var key = people.EmailKey(email);
        var account = await accounts.FindAsync(key, cancellationToken);
        var userId = account?.Id ?? DerivedId.Of(Encoding.UTF8.GetBytes("nobody " + key));
        var looked = await users.AskAsync(userId, new UserCommand.Look(), cancellationToken);
        if (looked is not (Outcome.Replied or Outcome.Refused)) return (null, Problem.Of(looked));

        var stored = ((looked as Outcome.Replied)?.Reply as UserReply.Present)?.PasswordHash;
        if (await passwords.VerifyAsync(stored, password, cancellationToken) is not { } verdict)
            return (null, Problem.Of(ProblemKinds.Overloaded));
        if (!verdict.Fits || account?.Status != Words.Of(AccountStatus.Active)) return (null, Problem.Of(ProblemKinds.SignInFailed));

        return await BeginAsync(userId, false, stored, verdict.Rehashed, cancellationToken);
    }

    /// <param name="verifiedHash">See <see cref="UserCommand.BeginSession"/>.</param>
    public async Task<(SessionTokens? Tokens, Problem? Problem)> BeginAsync(
        Guid userId, bool hasMfa, string? verifiedHash, string? rehashed, CancellationToken cancellationToken)
    {
        var access = OpaqueToken.New(OpaqueToken.Access);
        var refresh = RefreshToken.New(entities.NewLocalId());
        var hashes = new SessionHashes(OpaqueToken.Hash(access), refresh.FamilyHash, refresh.SecretHash);
        var begin = new UserCommand.BeginSession(refresh.SessionId, hashes, Times, hasMfa, verifiedHash, rehashed);
        return await users.AskAsync(userId, begin, cancellationToken) switch
        {
            Outcome.Replied { Reply: UserReply.Held held } => (Tokens(access, refresh, held), null),
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
        var refresh = new UserCommand.RefreshSession(
            present.SessionId, present.FamilyHash, present.SecretHash, OpaqueToken.Hash(access), next.SecretHash, Times);
        return await users.AskAsync(session.UserId, refresh, cancellationToken) switch
        {
            Outcome.Replied { Reply: UserReply.Held held } => (Tokens(access, next, held), null),
            Outcome.Replied or Outcome.Refused => (null, Problem.Of(ProblemKinds.SessionEnded)),
            var outcome => (null, Problem.Of(outcome)),
        };
    }

    private static SessionTokens Tokens(string access, RefreshToken refresh, UserReply.Held held) =>
        new(refresh.SessionId, access, held.AccessExpiresAt, refresh.Write(), held.ExpiresAt);
}
