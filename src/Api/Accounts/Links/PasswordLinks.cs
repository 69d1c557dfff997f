using System.Security.Cryptography;
using System.Text;
using Actors.Accounts;
using Actors.Users;
using Api.Accounts.Throttling;
using Api.Audit;
using Api.Instance;
using Api.Problems;
using Api.ReadModels;
using Cluster.Entities;

namespace Api.Accounts.Links;

/// <summary>Single-use links by which people set a password: their first one, or another one for one that was lost.</summary>
internal sealed class PasswordLinks(
    Users users, AccountQueries accounts, People people, Passwords passwords, InstancePolicy policy, Throttle throttle, Sessions sessions,
    TimeProvider time)
{
    private static readonly TimeSpan s_invitation = TimeSpan.FromDays(7);
    private static readonly TimeSpan s_reset = TimeSpan.FromDays(1);

    /// <summary>A new link of that user; an earlier one is over.</summary>
    public async Task<(LinkView? View, Problem? Problem)> OfferAsync(Guid userId, LinkPurpose purpose, CancellationToken cancellationToken)
    {
        var token = LinkToken.New(userId);
        var expiresAt = time.GetUtcNow() + (purpose == LinkPurpose.Invitation ? s_invitation : s_reset);
        var offer = new UserCommand.OfferLink(new PasswordLink(token.Hash, purpose, expiresAt));
        var outcome = await users.AskAsync(userId, offer, cancellationToken);
        return outcome is Outcome.Replied ? (new LinkView(token.Write(), expiresAt), null) : (null, Problem.Of(outcome));
    }

    /// <summary>Sets the password. A session begins with it, unless a second factor has to be shown first.</summary>
    public async Task<(Guid UserId, SessionTokens? Tokens, Problem? Problem)> AcceptAsync(LinkAcceptance body, HttpContext context)
    {
        var attempt = throttle.Of(context, null, []);
        if (await throttle.EnterAsync(context, attempt) is { } throttled) return (default, null, throttled);
        if (LinkToken.Read(body.Token) is not { } token || await FindAsync(token, context) is not { } present)
            return (default, null, Problem.Of(ProblemKinds.LinkOver));

        await throttle.SucceedAsync(context, attempt);
        var (command, wrong) = await CommandAsync(token, present, body, context);
        if (command is null) return (default, null, wrong);

        context.ActAs(token.UserId);
        var outcome = await users.AskAsync(token.UserId, command, context.RequestAborted);
        if (outcome is not Outcome.Replied) return (default, null, Problem.Of(outcome));
        if (present.Mfa is not null) return (token.UserId, null, null);

        var start = new SessionStart(command.PasswordHash);
        var (tokens, problem) = await sessions.BeginAsync(token.UserId, start, context.RequestAborted);
        return (token.UserId, tokens, problem);
    }

    private async Task<UserReply.Present?> FindAsync(LinkToken token, HttpContext context)
    {
        var account = await accounts.FindAsync(token.UserId, context.RequestAborted);
        if (account?.Status != Words.Of(AccountStatus.Active)) return null;
        return await users.AskAsync(token.UserId, new UserCommand.Look(), context.RequestAborted)
                is Outcome.Replied { Reply: UserReply.Present { Link: { } link } present }
            && link.IsOpenAt(time.GetUtcNow())
            && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(link.Hash), Encoding.ASCII.GetBytes(token.Hash))
                ? present
                : null;
    }

    private async Task<(UserCommand.AcceptLink? Command, Problem? Problem)> CommandAsync(
        LinkToken token, UserReply.Present present, LinkAcceptance body, HttpContext context)
    {
        if (body.Name is not null && Users.CheckName(body.Name) is { } wrongName) return (null, wrongName);
        var person = await people.OpenAsync(token.UserId, present.Person.Blob, context.RequestAborted);
        person = person with { Name = body.Name ?? person.Name };
        var settings = await policy.SettingsAsync(context.RequestAborted);
        var minLength = PasswordRules.MinLength(settings, present.Mfa is not null);
        if (PasswordRules.Check("password", body.Password, person, minLength) is { } wrong) return (null, wrong);
        if (await passwords.HashAsync(body.Password!, context.RequestAborted) is not { } hash)
            return (null, Problem.Of(ProblemKinds.Overloaded));
        var sealedPerson = body.Name is null ? null : await people.SealAsync(token.UserId, person, context.RequestAborted);
        return (new UserCommand.AcceptLink(token.Hash, hash, sealedPerson), null);
    }
}
