using System.Diagnostics;
using Cluster.Kit;

namespace EndToEnd.Kit;

/// <summary>Where things lie in this repository, and what must be there before a node can be started from it.</summary>
internal static class Repository
{
    public const string Common = "@openfn/language-common@3.3.4";
    public const string Http = "@openfn/language-http@7.2.10";

    private static readonly Lazy<string> s_adaptors = new(InstallAdaptors);

    public static string Root => RepositoryFiles.Root;

    /// <summary>The node as it was built with these tests.</summary>
    public static string NodeAssembly { get; } = Required(
        Path.Combine(Root, "src", "Api", "bin", BuildOf(AppContext.BaseDirectory), "cluster-node.dll"),
        "build src/Api in the configuration of the tests");

    public static string WorkerFolder { get; } = Path.Combine(Root, "src", "Worker");

    public static string WorkerScript { get; } = Path.Combine(WorkerFolder, "worker.js");

    /// <summary>Adaptors that are installed once and then serve all nodes of all runs of the tests, offline.</summary>
    public static string Adaptors => s_adaptors.Value;

    private static string InstallAdaptors()
    {
        Required(Path.Combine(WorkerFolder, "node_modules", "ws"), "run `npm ci` in src/Worker");
        var folder = Path.Combine(Root, "tests", "EndToEnd", ".repo");
        var missing = new[] { Common, Http }.Where(specifier => !Directory.Exists(Installed(folder, specifier))).ToArray();
        if (missing.Length == 0) return folder;

        var start = new ProcessStartInfo("node") { RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (var argument in (string[])[Path.Combine(WorkerFolder, "install-adaptors.js"), "--repo", folder, .. missing])
            start.ArgumentList.Add(argument);
        using var install = Process.Start(start)!;
        var output = install.StandardOutput.ReadToEndAsync();
        var faults = install.StandardError.ReadToEnd();
        install.WaitForExit();
        return install.ExitCode == 0
            ? folder
            : throw new MissingPrerequisiteException($"the adaptors cannot be installed: {faults}{output.Result}");
    }

    private static string Installed(string folder, string specifier)
    {
        var at = specifier.LastIndexOf('@');
        return Path.Combine(folder, "node_modules", $"{specifier[..at]}_{specifier[(at + 1)..]}");
    }

    /// <summary>The last two folders of an output: configuration and framework.</summary>
    private static string BuildOf(string output)
    {
        var framework = new DirectoryInfo(output);
        return Path.Combine(framework.Parent!.Name, framework.Name);
    }

    private static string Required(string path, string remedy) =>
        Path.Exists(path) ? path : throw new MissingPrerequisiteException($"'{path}' is not there: {remedy}");
}

/// <summary>Something that these tests need is not there. They never skip: a test that did not run proves nothing.</summary>
internal sealed class MissingPrerequisiteException(string message) : Exception(message);
