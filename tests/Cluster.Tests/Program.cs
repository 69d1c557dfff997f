using Cluster.Tests.Journal;

namespace Cluster.Tests;

/// <summary>
/// The test assembly started as a program of its own (<c>dotnet exec Cluster.Tests.dll ...</c>): what a test may kill.
/// </summary>
internal static class Program
{
    public static Task<int> Main(string[] args) => args switch
    {
        ["journal", "append", var path] => JournalChild.AppendAsync(path),
        ["journal", "open", var path] => JournalChild.OpenAsync(path),
        _ => Task.FromResult(64),
    };
}
