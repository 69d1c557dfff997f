namespace Cluster.Hocon;

/// <summary>
/// A HOCON file that cannot be read. The message starts with the position and never quotes values: they may be secrets.
/// </summary>
public sealed class HoconException : Exception
{
    internal HoconException(HoconPosition position, string fault)
        : base($"{position}: {fault}")
    {
        Position = position;
        Fault = fault;
    }

    public HoconPosition Position { get; }

    /// <summary>The broken rule, without the position.</summary>
    public string Fault { get; }
}
