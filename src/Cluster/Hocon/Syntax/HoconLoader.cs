namespace Cluster.Hocon.Syntax;

/// <summary>Reads a file and everything it includes.</summary>
internal sealed class HoconLoader(IHoconFiles files)
{
    private readonly List<string> _open = [];
    private int _includes;

    /// <summary>Null when there is no such file.</summary>
    public ObjectNode? Load(string name, HoconPath prefix, HoconPosition askedFrom)
    {
        if (Read(name, askedFrom) is not { } bytes) return null;
        _open.Add(name);
        var tokens = new TokenStream(SourceText.Decode(bytes, name), name);
        var node = new Parser(tokens, prefix, statement => Include(name, statement)).ParseFile();
        _open.RemoveAt(_open.Count - 1);
        return node;
    }

    private ObjectNode? Include(string from, IncludeStatement statement)
    {
        if (++_includes > HoconLimits.Includes)
            throw new HoconException(statement.Position, $"more than {HoconLimits.Includes} includes");
        if (_open.Count > HoconLimits.IncludeDepth)
            throw new HoconException(statement.Position, $"includes nested deeper than {HoconLimits.IncludeDepth}");
        var name = files.Locate(from, statement.Name);
        if (name.Contains('\0')) throw new HoconException(statement.Position, "not a file name");
        var node = LoadIncluded(name, statement) ?? LoadByBaseName(name, statement);
        return node is null && statement.Required
            ? throw new HoconException(statement.Position, "the required file does not exist")
            : node;
    }

    private ObjectNode? LoadIncluded(string name, IncludeStatement statement)
    {
        var identity = files.Identity(name);
        if (_open.Any(open => files.Identity(open) == identity))
            throw new HoconException(statement.Position, $"include cycle: {string.Join(" -> ", _open)} -> {name}");
        return Load(name, statement.At, statement.Position);
    }

    /// <summary>
    /// A name without extension stands for the JSON file and the HOCON file of that name, in this order.
    /// </summary>
    private ObjectNode? LoadByBaseName(string name, IncludeStatement statement)
    {
        if (Path.HasExtension(name)) return null;
        var json = LoadIncluded(name + ".json", statement);
        var hocon = LoadIncluded(name + ".conf", statement);
        if (json is null || hocon is null) return json ?? hocon;
        return new ObjectNode(hocon.Position, [new(HoconPath.Root, json), new(HoconPath.Root, hocon)]);
    }

    private byte[]? Read(string name, HoconPosition askedFrom)
    {
        try
        {
            // One byte more than allowed is enough to see that a file is too large.
            return files.Read(name, HoconLimits.FileBytes + 1);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new HoconException(askedFrom, $"cannot read {name}: {e.Message}");
        }
    }
}
