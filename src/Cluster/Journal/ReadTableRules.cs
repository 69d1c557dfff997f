using System.Text.RegularExpressions;

namespace Cluster.Journal;

/// <summary>What every store asks of a table's description.</summary>
internal static partial class ReadTableRules
{
    /// <exception cref="ArgumentException">The name of the table or of a column is not an identifier.</exception>
    public static void RequireIdentifiers(ReadTable table)
    {
        RequireIdentifier(table.Name);
        foreach (var column in table.Key)
            RequireIdentifier(column.Name);
        foreach (var column in table.Values)
            RequireIdentifier(column.Name);
    }

    /// <summary>Whether two descriptions have the same columns.</summary>
    public static bool AreAlike(ReadTable x, ReadTable y) =>
        ReferenceEquals(x, y) || (x.IsInsertOnly == y.IsInsertOnly && x.Key.SequenceEqual(y.Key) && x.Values.SequenceEqual(y.Values));

    private static void RequireIdentifier(string name)
    {
        if (!Identifier().IsMatch(name))
            throw new ArgumentException($"'{name}' is not a name for a table or column (lower case, digits, underscore).");
    }

    // As short as PostgreSQL allows, so that a table that works in one store works in the other.
    [GeneratedRegex(@"^[a-z_][a-z0-9_]{0,62}\z")]
    private static partial Regex Identifier();
}
