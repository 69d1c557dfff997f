using Cluster.Hocon.Configuration;
using Cluster.Hocon.Syntax;
using Microsoft.Extensions.Configuration;

namespace Cluster.Hocon;

public static class HoconConfigurationExtensions
{
    /// <summary>
    /// Adds a HOCON file. Files added one after the other are merged before substitutions are resolved; the later wins.
    /// </summary>
    /// <param name="path">Relative to the working directory; messages show it as given.</param>
    /// <param name="optional">
    /// A missing file counts as an empty one. Otherwise it is a <see cref="HoconException"/>.
    /// </param>
    public static IConfigurationBuilder AddHocon(this IConfigurationBuilder builder, string path, bool optional = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return builder.AddHocon(new HoconFile(path, optional), new DiskFiles(), Environment.GetEnvironmentVariable);
    }

    /// <summary>
    /// Adds the environment variables that start with <c>CLUSTER__</c>: a double underscore goes one level down, a
    /// single one is a hyphen. <c>CLUSTER__WORKER__LEASE_GRACE=20s</c> sets <c>cluster.worker.lease-grace</c>. A list
    /// is one variable with commas.
    /// </summary>
    public static IConfigurationBuilder AddClusterEnvironment(this IConfigurationBuilder builder) =>
        builder.Add(new ClusterEnvironmentSource(Environment.GetEnvironmentVariables));

    internal static IConfigurationBuilder AddHocon(
        this IConfigurationBuilder builder,
        HoconFile file,
        IHoconFiles files,
        Func<string, string?> environment)
    {
        if (builder.Sources is [.., HoconConfigurationSource last])
        {
            // Taken out and put back: a ConfigurationManager loads a source when it is added, not when it changes.
            builder.Sources.RemoveAt(builder.Sources.Count - 1);
            var merged = new HoconConfigurationSource(files, environment, [.. last.Layers, file]);
            return builder.Add(merged);
        }

        return builder.Add(new HoconConfigurationSource(files, environment, [file]));
    }
}
