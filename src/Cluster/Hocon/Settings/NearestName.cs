namespace Cluster.Hocon;

/// <summary>The known name that a misspelt one most likely stands for.</summary>
internal static class NearestName
{
    private const int LongestName = 200;

    /// <summary>Null when nothing is near: more than a third of the last part would have to change.</summary>
    public static string? Of(string misspelt, IEnumerable<string> known)
    {
        if (misspelt.Length > LongestName) return null;
        var allowed = Math.Max(2, LastPart(misspelt).Length / 3);
        return known
            .Select(name => (Name: name, Distance: Distance(misspelt, name)))
            .Where(candidate => candidate.Distance <= allowed || LastPart(candidate.Name) == LastPart(misspelt))
            .OrderBy(candidate => candidate.Distance)
            .ThenBy(candidate => candidate.Name, StringComparer.Ordinal)
            .Select(candidate => candidate.Name)
            .FirstOrDefault();
    }

    private static string LastPart(string key) => key[(key.LastIndexOf('.') + 1)..];

    /// <summary>Levenshtein's edit distance, one row at a time.</summary>
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, 1 + Math.Min(row[j], row[j - 1]));
            }
        }

        return row[b.Length];
    }
}
