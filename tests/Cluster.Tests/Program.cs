using Cluster.Tests.Journal;
using Cluster.Tests.Transport;

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
        ["transport", "hold", var self, var key, var caller, var callerKey] => TransportChild.HoldAsync(self, key, caller, callerKey),
        _ => Task.FromResult(64),
    };
}
