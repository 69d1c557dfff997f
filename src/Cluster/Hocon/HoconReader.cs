using Cluster.Hocon.Resolution;
using Cluster.Hocon.Syntax;
using Cluster.Hocon.Values;

namespace Cluster.Hocon;

/// <summary>Reads HOCON: files are loaded with their includes, merged in order, and only then resolved.</summary>
internal sealed class HoconReader(IHoconFiles files, Func<string, string?> environment)
{
    /// <exception cref="HoconException">
    /// A file is missing, malformed, or its substitutions cannot be resolved.
    /// </exception>
    public HoconObject Read(IEnumerable<HoconFile> layers)
    {
        var loader = new HoconLoader(files);
        ObjectLayer? root = null;
        foreach (var file in layers)
        {
            var start = new HoconPosition(file.Name, 1, 1);
            var node = loader.Load(file.Name, HoconPath.Root, start);
            if (node is null && !file.Optional) throw new HoconException(start, "the file does not exist");
            if (node is null) continue;
            root ??= new ObjectLayer(start);
            root.Merge(node);
        }

        return Resolver.Resolve(root ?? new ObjectLayer(new HoconPosition("", 1, 1)), environment);
    }
}

/// <param name="Optional">A missing file counts as an empty one.</param>
internal sealed record HoconFile(string Name, bool Optional);
