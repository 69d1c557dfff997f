using Actors.Accounts;
using Actors.OpenId;
using Api.Accounts;
using Api.Problems;
using Api.ReadModels;
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
        OpenIdProvider provider, ProviderPerson person, CancellationToken cancellationToken)
    {
        var link = secrets.Link(provider.Issuer, person.Subject);
        var (userId, problem) = await FindAsync(provider, person, link, cancellationToken);
        return userId is { } found ? await sessions.BeginAsync(found, new SessionStart(null) { HasMfa = person.HasMfa }, cancellationToken) : (null, problem);
    }

    private async Task<(Guid? UserId, Problem? Problem)> FindAsync(
        OpenIdProvider provider, ProviderPerson person, EntityRef link, CancellationToken cancellationToken)
    {
        var linked = await links.UserAsync(link.Id, cancellationToken);
        if (linked is { } known && await accounts.FindAsync(known, cancellationToken) is { } account)
            return IsActive(account) ? (known, null) : (null, Problem.Of(OpenIdProblems.SignInFailed));

        if (person.HasUnverifiedEmail) return (null, Problem.Of(OpenIdProblems.EmailUnverified));
        if (person.Email is null || !EmailAddress.IsAddress(person.Email)) return (null, Problem.Of(OpenIdProblems.NoAccount));
        if (await accounts.FindAsync(people.EmailKey(person.Email), cancellationToken) is { } owner)
        {
            // Whoever registered with an address that nobody checked may not be the person the provider speaks of.
            return IsActive(owner) && !owner.IsUnverified
                ? await LinkAsync(link, owner.Id, linked, cancellationToken)
                : (null, Problem.Of(OpenIdProblems.SignInFailed));
        }

        if (!provider.CreateUsers) return (null, Problem.Of(OpenIdProblems.NoAccount));

        var (made, problem) = await MakeAsync(person, cancellationToken);
        return made is not null ? await LinkAsync(link, made.Id, linked, cancellationToken) : (null, problem);
    }

    /// <remarks>Of two sign-ins at once one links, and both are whoever it linked.</remarks>
    private async Task<(Guid? UserId, Problem? Problem)> LinkAsync(EntityRef link, Guid userId, Guid? gone, CancellationToken cancellationToken) =>
        await entities.AskAsync(link, new OpenIdLinkCommand.Link(userId, gone), cancellationToken) switch
        {
            Outcome.Replied { Reply: OpenIdLinkReply.Linked held } => (held.UserId, null),
            var outcome => (null, Problem.Of(outcome)),
        };

    /// <summary>Somebody without a password.</summary>
    private async Task<(MadeUser? Made, Problem? Problem)> MakeAsync(ProviderPerson person, CancellationToken cancellationToken)
    {
        var name = Users.CheckName(person.Name) is null ? person.Name! : person.Email![..person.Email!.LastIndexOf('@')];
        if (Users.CheckName(name) is not null) name = "?";
        return await newUsers.MakeAsync(
            new Person(name, person.Email!), null, static (id, emailKey) => new AccountsCommand.Create(id, emailKey, false), cancellationToken);
    }

    private static bool IsActive(AccountRow account) => account.Status == Words.Of(AccountStatus.Active);
}
