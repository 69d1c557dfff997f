using System.Runtime.InteropServices;

namespace Api.Hosting;

/// <summary>
/// A process that crashes would leave its memory on the disk, with keys and people's data in clear: neither the node nor what it
/// starts does.
/// </summary>
internal static partial class CoreDumps
{
    /// <summary>RLIMIT_CORE of Linux and macOS.</summary>
    private const int CoreLimit = 4;

    private static readonly string[] s_dumpers = ["DOTNET_DbgEnableMiniDump", "COMPlus_DbgEnableMiniDump"];

    /// <summary>The kernel writes none of this process, nor of those it starts from now on.</summary>
    public static void Forbid()
    {
        if (!OperatingSystem.IsWindows()) _ = SetLimit(CoreLimit, default);
    }

    /// <summary>The runtime's own dumps cannot be turned off from within: whoever turned them on is told.</summary>
    public static void Warn(ILogger logger)
    {
        if (Array.Exists(s_dumpers, static name => Environment.GetEnvironmentVariable(name) is "1")) DumpsAreOn(logger);
    }

    [DllImport("libc", EntryPoint = "setrlimit", SetLastError = true)]
    private static extern int SetLimit(int resource, in Limit limit);

    [LoggerMessage(3410, LogLevel.Warning, "DOTNET_DbgEnableMiniDump is on: a crash writes keys and people's data to the disk in clear")]
    private static partial void DumpsAreOn(ILogger logger);

    /// <summary>Both are 64 bit on every Unix that .NET supports on 64 bit.</summary>
    private readonly record struct Limit(ulong Soft, ulong Hard);
}
