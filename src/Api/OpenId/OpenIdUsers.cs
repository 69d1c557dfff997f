using Actors.Accounts;
using Actors.OpenId;
using Api.Accounts;
using Api.Audit;
using Api.Problems;
using Api.ReadModels;
using Api.Security;
using Cluster.Entities;

namespace Api.OpenId;

/// <summary>
/// Whose account a person at the provider is: the linked one, else the one with their verified e-mail address, which is linked then, else a
/// new one if the provider may bring people. From the first sign-in on the link counts, whatever becomes of addresses.
/// </summary>
internal sealed class OpenIdUsers(
    IEntities entities, OpenIdSecrets secrets, OpenIdQueries links, AccountQueries accounts, People people, NewUsers newUsers, Sessions sessions)
{
    public async Task<(SessionTokens? Tokens, Problem? Problem)> SignInAsync(
        OpenIdProvider provider, ProviderPerson person, HttpContext context)
    {
        var link = secrets.Link(provider.Issuer, person.Subject);
        var (userId, problem) = await FindAsync(provider, person, link, context);
        if (userId is not { } found) return (null, problem);

        context.ActAs(found, CallerKind.OpenId);
        return await sessions.BeginAsync(found, new SessionStart(null) { HasMfa = person.HasMfa }, context.RequestAborted);
    }

    private async Task<(Guid? UserId, Problem? Problem)> FindAsync(
        OpenIdProvider provider, ProviderPerson person, EntityRef link, HttpContext context)
    {
        var cancellationToken = context.RequestAborted;
        var linked = await links.UserAsync(link.Id, cancellationToken);
        if (linked is { } known && await accounts.FindAsync(known, cancellationToken) is { } account)
            return IsActive(account) ? (known, null) : Refuse(known, context);

        if (person.HasUnverifiedEmail) return (null, Problem.Of(OpenIdProblems.EmailUnverified));
        if (person.Email is null || !EmailAddress.IsAddress(person.Email)) return (null, Problem.Of(OpenIdProblems.NoAccount));
        if (await accounts.FindAsync(people.EmailKey(person.Email), cancellationToken) is { } owner)
        {
            // Whoever registered with an address that nobody checked may not be the person the provider speaks of.
            if (owner.IsUnverified) return (null, Problem.Of(OpenIdProblems.SignInFailed));
            return IsActive(owner) ? await LinkAsync(link, owner.Id, linked, context) : Refuse(owner.Id, context);
        }

        if (!provider.CreateUsers) return (null, Problem.Of(OpenIdProblems.NoAccount));

        var (made, problem) = await MakeAsync(person, context);
        return made is not null ? await LinkAsync(link, made.Id, linked, context) : (null, problem);
    }

    /// <remarks>Of two sign-ins at once one links, and both are whoever it linked.</remarks>
    private async Task<(Guid? UserId, Problem? Problem)> LinkAsync(EntityRef link, Guid userId, Guid? gone, HttpContext context)
    {
        context.ActAs(userId, CallerKind.OpenId);
        return await entities.AskAsync(link, new OpenIdLinkCommand.Link(userId, gone), context.RequestAborted) switch
        {
            Outcome.Replied { Reply: OpenIdLinkReply.Linked held } => (held.UserId, null),
            var outcome => (null, Problem.Of(outcome)),
        };
    }

    /// <summary>The answer does not say that there is such an account; the trail says whose it is.</summary>
    private static (Guid? UserId, Problem? Problem) Refuse(Guid userId, HttpContext context)
    {
        context.ActAs(userId, CallerKind.OpenId);
        return (null, Problem.Of(OpenIdProblems.SignInFailed));
    }

    /// <summary>Somebody without a password, who makes themselves.</summary>
    private async Task<(MadeUser? Made, Problem? Problem)> MakeAsync(ProviderPerson person, HttpContext context)
    {
        var name = Users.CheckName(person.Name) is null ? person.Name! : person.Email![..person.Email!.LastIndexOf('@')];
        if (Users.CheckName(name) is not null) name = "?";
        return await newUsers.MakeAsync(new Person(name, person.Email!), null, Register, context.RequestAborted);

        AccountsCommand Register(Guid id, string emailKey)
        {
            context.ActAs(id, CallerKind.OpenId);
            return new AccountsCommand.Create(id, emailKey, false);
        }
    }

    private static bool IsActive(AccountRow account) => account.Status == Words.Of(AccountStatus.Active);
}
