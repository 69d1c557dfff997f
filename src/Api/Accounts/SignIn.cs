using System.Text;
using Actors;
using Actors.Accounts;
using Actors.Users;
using Api.Accounts.SecondFactors;
using Api.Accounts.Throttling;
using Api.Audit;
using Api.Problems;
using Api.ReadModels;
using Cluster.Entities;

namespace Api.Accounts;

/// <summary>
/// Signs people in. Whatever is wrong (no such user, no or another password, another code, not allowed to sign in), the answer is the same and
/// so is the work: somebody who does not exist is asked for, and has their password checked, like anybody else.
/// </summary>
internal sealed class SignIn(
    AccountQueries accounts, Users users, People people, Passwords passwords, MfaSecrets secrets, Throttle throttle, Sessions sessions,
    TimeProvider time)
{
    public async Task<(SessionTokens? Tokens, Problem? Problem)> SignInAsync(
        string email, string password, string? code, HttpContext context)
    {
        var key = people.EmailKey(email);
        var account = await accounts.FindAsync(key, context.RequestAborted);
        var userId = account?.Id ?? DerivedId.Of(Encoding.UTF8.GetBytes("nobody " + key));
        var looked = await users.AskAsync(userId, new UserCommand.Look(), context.RequestAborted);
        if (looked is not (Outcome.Replied or Outcome.Refused)) return (null, Problem.Of(looked));

        var present = (looked as Outcome.Replied)?.Reply as UserReply.Present;
        var attempt = throttle.Of(context, key, present?.Addresses ?? []);
        if (await throttle.EnterAsync(context, attempt) is { } throttled) return (null, throttled);
        if (await passwords.VerifyAsync(present?.PasswordHash, password, context.RequestAborted) is not { } verdict)
            return (null, Problem.Of(ProblemKinds.Overloaded));

        if (!verdict.Fits || present is null || account is null) return Refused(context, ProblemKinds.SignInFailed);
        var (factor, refused) = await CheckAsync(userId, account, present, code, context.RequestAborted);
        if (refused is not null) return Refused(context, refused);

        context.ActAs(userId);
        var start = new SessionStart(present.PasswordHash)
        {
            Rehashed = verdict.Rehashed,
            Factor = factor,
            Address = throttle.AddressKey(context, key),
        };
        var (tokens, problem) = await sessions.BeginAsync(userId, start, context.RequestAborted);
        if (tokens is not null) await throttle.SucceedAsync(context, attempt);
        return (tokens, problem);
    }

    /// <summary>
    /// Only who shows the right password hears that a code is needed: there is no other way to ask for one. It counts as an attempt, so that
    /// passwords cannot be tried faster for it. That an account is locked hears only who could sign in otherwise.
    /// </summary>
    private async ValueTask<(SecondFactor? Factor, ProblemKind? Refused)> CheckAsync(
        Guid userId, AccountRow account, UserReply.Present present, string? code, CancellationToken cancellationToken)
    {
        var status = Words.Parse<AccountStatus>(account.Status);
        if (status is not (AccountStatus.Active or AccountStatus.Locked)) return (null, ProblemKinds.SignInFailed);

        SecondFactor? factor = null;
        if (present.Mfa is { } mfa)
        {
            if (code is null) return (null, ProblemKinds.MfaCodeNeeded);
            factor = await secrets.CheckAsync(userId, mfa, code, time.GetUtcNow(), cancellationToken);
            if (factor is null) return (null, ProblemKinds.SignInFailed);
        }

        return (factor, status == AccountStatus.Locked ? ProblemKinds.AccountLocked : null);
    }

    private static (SessionTokens? Tokens, Problem? Problem) Refused(HttpContext context, ProblemKind kind)
    {
        context.NoteRefusal(kind.Code);
        return (null, Problem.Of(kind));
    }
}
