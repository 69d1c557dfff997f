namespace Cluster.Hocon.Configuration;

/// <summary>A configuration provider that knows where its values come from.</summary>
internal interface IValueOrigins
{
    /// <summary>
    /// For people: a position in a file or the name of a variable. Null when the key is not set here.
    /// </summary>
    string? OriginOf(string key);
}
