using System.Collections.Concurrent;
using Actors.Projects;
using Api.ReadModels;
using Api.Security;

namespace Api.Intake;

/// <summary>A webhook auth method, ready to be compared with.</summary>
/// <param name="Check">Null if its hash cannot be read here: nobody passes.</param>
internal sealed record AuthMethodEntry(Guid ProjectId, AuthMethodType Type, SecretCheck? Check, DateTimeOffset UpdatedAt);

/// <summary>All webhook auth methods of the store: intake asks no database.</summary>
internal sealed class AuthMethodIndex(SecretHashes hashes)
{
    private readonly ConcurrentDictionary<Guid, AuthMethodEntry> _methods = new();

    public IEnumerable<Guid> Ids => _methods.Keys;

    public AuthMethodEntry? Find(Guid id) => _methods.GetValueOrDefault(id);

    /// <summary>Adds or replaces. What is older than the present one is left aside: a refresh and a comparison may cross.</summary>
    public void Save(AuthMethodRow row)
    {
        if (Find(row.Id) is { } present && present.UpdatedAt >= row.UpdatedAt) return;
        _methods[row.Id] = new AuthMethodEntry(
            row.ProjectId, Words.Parse<AuthMethodType>(row.Type), hashes.Open(row.Id, row.SecretHash), row.UpdatedAt);
    }

    public void Remove(Guid id) => _methods.TryRemove(id, out _);

    /// <summary>Takes over what a project has now.</summary>
    public void Replace(Guid projectId, IReadOnlyCollection<AuthMethodRow> rows)
    {
        foreach (var row in rows) Save(row);
        var kept = rows.Select(static row => row.Id).ToHashSet();
        foreach (var (id, method) in _methods)
        {
            if (method.ProjectId == projectId && !kept.Contains(id)) Remove(id);
        }
    }
}
