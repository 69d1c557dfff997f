namespace Cluster.Hocon;

/// <summary>A place in a file; line and column start at 1, the column counts UTF-16 units.</summary>
public readonly record struct HoconPosition(string File, int Line, int Column)
{
    public override string ToString() => $"{File}:{Line}:{Column}";
}
