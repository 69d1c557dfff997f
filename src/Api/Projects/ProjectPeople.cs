using Actors.Accounts;
using Api.Accounts;
using Api.ReadModels;

namespace Api.Projects;

/// <summary>Who stands behind the opaque ids of members. Only users who may sign in are found.</summary>
internal sealed class ProjectPeople(AccountQueries accounts, People people)
{
    /// <returns>Null if no user has that address, or nobody has checked that it is theirs: who registered with it has to show the invitation.</returns>
    public async Task<Guid?> FindAsync(string email, CancellationToken cancellationToken) =>
        await accounts.FindAsync(people.EmailKey(email), cancellationToken) is { IsUnverified: false } row && IsActive(row)
            ? row.Id
            : null;

    public async Task<bool> IsUserAsync(Guid userId, CancellationToken cancellationToken) =>
        await accounts.FindAsync(userId, cancellationToken) is { } row && IsActive(row);

    public async Task<string?> EmailKeyOfAsync(Guid userId, CancellationToken cancellationToken) =>
        await accounts.FindAsync(userId, cancellationToken) is { } row
            ? people.EmailKey((await people.OpenAsync(row.Id, row.Person, cancellationToken)).Email)
            : null;

    /// <returns>Null if the user is gone, or nobody has checked that the address is theirs.</returns>
    public async Task<string?> CheckedKeyOfAsync(Guid userId, CancellationToken cancellationToken) =>
        await accounts.FindAsync(userId, cancellationToken) is { IsUnverified: false } row
            ? people.EmailKey((await people.OpenAsync(row.Id, row.Person, cancellationToken)).Email)
            : null;

    public string EmailKey(string email) => people.EmailKey(email);

    /// <returns>Null if the user is gone.</returns>
    public async ValueTask<Person?> ShowAsync(MemberRow row, CancellationToken cancellationToken) =>
        row.Person is { Length: > 0 } blob ? await people.OpenAsync(row.UserId, blob, cancellationToken) : null;

    private static bool IsActive(AccountRow row) => row.Status == Words.Of(AccountStatus.Active);
}
