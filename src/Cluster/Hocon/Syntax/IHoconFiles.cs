namespace Cluster.Hocon.Syntax;

/// <summary>Where files come from: the only input or output of the reader.</summary>
internal interface IHoconFiles
{
    /// <summary>
    /// The name of <paramref name="name"/> seen from the directory of <paramref name="includingFile"/>.
    /// </summary>
    string Locate(string includingFile, string name);

    /// <summary>The same for two names of one file.</summary>
    string Identity(string name);

    /// <summary>At most <paramref name="limit"/> bytes from the start of the file; null when there is none.</summary>
    byte[]? Read(string name, int limit);
}
