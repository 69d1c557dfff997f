using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace Cluster.Journal;

/// <summary>Reads migrations from embedded files and fingerprints them.</summary>
public static class Migrations
{
    /// <summary>
    /// The set of all resources named <c>{folder}.NNNN_name.sql</c>, e.g. folder
    /// <c>Cluster.Journal.Sqlite.Migrations</c> with <c>0001_journal.sql</c>.
    /// </summary>
    /// <exception cref="ArgumentException">There is none, or a name does not start with a number.</exception>
    public static MigrationSet FromResources(string part, Assembly assembly, string folder)
    {
        var prefix = folder + ".";
        var steps = assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(prefix, StringComparison.Ordinal) && name.EndsWith(".sql", StringComparison.Ordinal))
            .Select(name => Read(assembly, name, name[prefix.Length..^".sql".Length]))
            .OrderBy(step => step.Number)
            .ToArray();
        return steps.Length > 0
            ? new MigrationSet(part, steps)
            : throw new ArgumentException($"Assembly '{assembly.GetName().Name}' holds no migrations under '{folder}'.");
    }

    /// <summary>SHA-256 of the statements in lower-case hex. Line ends do not count: a checkout may change them.</summary>
    public static string Checksum(Migration migration)
    {
        var text = migration.Sql.ReplaceLineEndings("\n");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    private static Migration Read(Assembly assembly, string resource, string file)
    {
        var parts = file.Split('_', 2);
        if (parts.Length != 2 || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            throw new ArgumentException($"Migration '{file}' is not named 'NNNN_name'.");
        using var stream = assembly.GetManifestResourceStream(resource)!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return new Migration(number, parts[1], reader.ReadToEnd());
    }
}
