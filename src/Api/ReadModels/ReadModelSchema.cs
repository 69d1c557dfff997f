using System.Reflection;
using Cluster.Journal;

namespace Api.ReadModels;

/// <summary>The read model's migrations, embedded beside the code that reads the tables, in parts that are numbered apart.</summary>
internal static class ReadModelSchema
{
    private const string Unsealed =
        "The store was made by a version that did not seal what it stores, and cannot be read by this one. Start with an empty store.";

    /// <summary>Folders of parts under <c>Migrations</c>, beside the first, which has none.</summary>
    private static readonly string[] s_parts =
    [
        "Accounts",
        "Instance",
        "Members",
        "Audit",
        "OpenId",
        "Credentials",
        "Egress",
        "Retention",
        "Transfers",
        "Keychains",
    ];

    /// <param name="dialect"><c>Sqlite</c> or <c>Postgres</c>.</param>
    public static MigrationSet[] For(string dialect) =>
    [
        Load("read-model", dialect),
        .. s_parts.Select(part => Load(part.ToLowerInvariant(), $"{part}.{dialect}")),
        Load("sealing", $"Sealing.{dialect}") with { RefusalOfOlderStores = Unsealed },
    ];

    private static MigrationSet Load(string part, string folder)
    {
        var prefix = $"Api.ReadModels.Migrations.{folder}.";
        var migrations = typeof(ReadModelSchema).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
            .Select(name => Load(name, prefix.Length))
            .OrderBy(static migration => migration.Number)
            .ToArray();
        return migrations.Length == 0
            ? throw new InvalidOperationException($"No migrations in '{folder}'.")
            : new MigrationSet(part, migrations);
    }

    private static Migration Load(string resource, int fileAt)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(resource)!;
        using var reader = new StreamReader(stream);
        var file = resource[fileAt..^".sql".Length];
        var underscore = file.IndexOf('_', StringComparison.Ordinal);
        var number = int.Parse(file.AsSpan(0, underscore), System.Globalization.CultureInfo.InvariantCulture);
        return new Migration(number, file[(underscore + 1)..], reader.ReadToEnd());
    }
}
