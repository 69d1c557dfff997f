using System.Text;
using Api.Security;

namespace Api.Projects;

/// <summary>Of a node without accounts: nobody is known.</summary>
internal sealed class NoPeople(SecretHashes hashes) : IPeople
{
    private static readonly Guid s_owner = new("0197a000-0000-7000-8000-00000000e001");

    public Task<Guid?> FindAsync(string email, CancellationToken cancellationToken) => Task.FromResult<Guid?>(null);

    public Task<IReadOnlyDictionary<Guid, Person>> ShowAsync(IReadOnlyCollection<Guid> userIds, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyDictionary<Guid, Person>>(new Dictionary<Guid, Person>());

    public string EmailKey(string email) => hashes.Hash(s_owner, Encoding.UTF8.GetBytes(email.Trim().ToLowerInvariant()));
}
