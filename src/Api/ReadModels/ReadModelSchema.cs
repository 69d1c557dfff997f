using System.Reflection;
using Cluster.Journal;

namespace Api.ReadModels;

/// <summary>The read model's migrations, embedded beside the code that reads the tables.</summary>
internal static class ReadModelSchema
{
    public const string Part = "read-model";

    /// <param name="dialect">Folder under <c>Migrations</c>, e.g. <c>Sqlite</c>.</param>
    public static MigrationSet For(string dialect)
    {
        var prefix = $"Api.ReadModels.Migrations.{dialect}.";
        var migrations = typeof(ReadModelSchema).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
            .Select(name => Load(name, name[prefix.Length..^".sql".Length]))
            .OrderBy(static migration => migration.Number)
            .ToArray();
        return migrations.Length == 0
            ? throw new InvalidOperationException($"No read-model migrations for '{dialect}'.")
            : new MigrationSet(Part, migrations);
    }

    private static Migration Load(string resource, string file)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(resource)!;
        using var reader = new StreamReader(stream);
        var underscore = file.IndexOf('_', StringComparison.Ordinal);
        var number = int.Parse(file.AsSpan(0, underscore), System.Globalization.CultureInfo.InvariantCulture);
        return new Migration(number, file[(underscore + 1)..], reader.ReadToEnd());
    }
}
