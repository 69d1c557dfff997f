namespace Api.Projects;

/// <summary>Names as keys, as OpenFn makes them: with hyphens for spaces. Names that would make the same key are told apart by a number,
/// in their own order, so that the same names always make the same keys.</summary>
internal sealed class ExportKeys
{
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);

    public string Of(string name)
    {
        var key = name.Replace(' ', '-');
        for (var number = 2; !_taken.Add(key); number++) key = $"{name.Replace(' ', '-')}-{number}";
        return key;
    }
}
