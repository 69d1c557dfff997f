namespace Cluster.Kit;

/// <summary>Files of the repository that the tests run in.</summary>
public static class RepositoryFiles
{
    public static string Root { get; } = FindRoot();

    /// <param name="path">From the root, e.g. <c>docs/permissions.md</c>.</param>
    public static string At(string path) => Path.Combine(Root, path);

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Cluster.sln"))) return folder.FullName;
        }

        throw new InvalidOperationException("The tests do not run from a folder inside the repository.");
    }
}
