using Api.Projects;
using Api.ReadModels;

namespace Api.Accounts;

/// <summary>Active users by their address, and as they are shown to those who share a project with them.</summary>
internal sealed class UserDirectory(AccountQueries accounts, People people) : IPeople
{
    public async Task<Guid?> FindAsync(string email, CancellationToken cancellationToken) =>
        EmailAddress.IsAddress(email) && await accounts.FindAsync(EmailKey(email), cancellationToken) is { Status: "active" } row
            ? row.Id
            : null;

    public async Task<IReadOnlyDictionary<Guid, Person>> ShowAsync(
        IReadOnlyCollection<Guid> userIds, CancellationToken cancellationToken) =>
        (await accounts.ActiveAsync(userIds, cancellationToken)).ToDictionary(static row => row.Id, row => people.Open(row.Id, row.Person));

    public string EmailKey(string email) => people.EmailKey(email);
}
