using Dapper;

namespace Api.Retention;

/// <summary>Ids in a statement, each a parameter of its own: a list of ids is not stored as ids are.</summary>
internal static class IdList
{
    /// <summary>Most ids in one statement: SQLite takes some thousand parameters, and a statement is to be short.</summary>
    public const int Most = 500;

    /// <summary>Adds them, and returns the list for <c>in</c>: <c>(@i0, @i1)</c>; <c>(null)</c> for none.</summary>
    public static string AddIds(this DynamicParameters parameters, string prefix, IReadOnlyCollection<Guid> ids)
    {
        if (ids.Count > Most) throw new ArgumentOutOfRangeException(nameof(ids), ids.Count, $"At most {Most} ids go into a statement.");
        var names = ids.Select((id, i) =>
        {
            parameters.Add($"{prefix}{i}", id);
            return $"@{prefix}{i}";
        }).ToList();
        return names.Count == 0 ? "(null)" : $"({string.Join(", ", names)})";
    }
}
