using System.Reflection;

namespace Api.Hosting;

/// <summary>Which version of the product this process is.</summary>
internal static class NodeVersion
{
    public static string Text { get; } =
        typeof(NodeVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
}
