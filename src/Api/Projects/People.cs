using Api.Accounts;

namespace Api.Projects;

/// <summary>Who stands behind an opaque user id: accounts know, projects do not. All of it concerns users who may sign in.</summary>
internal interface IPeople
{
    /// <returns>Null if no user has that address.</returns>
    Task<Guid?> FindAsync(string email, CancellationToken cancellationToken);

    /// <returns>Those of the ids that are users.</returns>
    Task<IReadOnlyDictionary<Guid, Person>> ShowAsync(IReadOnlyCollection<Guid> userIds, CancellationToken cancellationToken);

    /// <summary>Keyed hash of the normalised address: the same for the same mailbox, and for nobody to reverse.</summary>
    string EmailKey(string email);
}
