namespace Cluster.Hocon.Syntax;

/// <summary>Files of the file system; relative names start from the working directory.</summary>
internal sealed class DiskFiles : IHoconFiles
{
    public string Locate(string includingFile, string name) =>
        Path.Combine(Path.GetDirectoryName(includingFile) ?? "", name);

    public string Identity(string name) => Path.GetFullPath(name);

    public byte[]? Read(string name, int limit)
    {
        if (!File.Exists(name)) return null;
        using var stream = File.OpenRead(name);
        var buffer = new byte[limit];
        var length = stream.ReadAtLeast(buffer, limit, throwOnEndOfStream: false);
        return buffer[..length];
    }
}
