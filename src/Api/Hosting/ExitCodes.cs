using Cluster.Sharding;

namespace Api.Hosting;

/// <summary>What the process says to whoever started it.</summary>
internal static class ExitCodes
{
    /// <summary>It was told to stop, and did.</summary>
    public const int Stopped = 0;

    /// <summary>It does not start; the message says what to mend.</summary>
    public const int Refused = 1;

    /// <summary>The others declared this node down. It is to be started again, and joins anew.</summary>
    public const int DeclaredDown = 3;

    public static async Task<int> OfAsync(ClusterState state)
    {
        if (!state.WasDeclaredDown) return Stopped;
        await Console.Error.WriteLineAsync(
            "This node was declared down by the others, because it gave no sign of life for too long, and has ended. "
            + "Nothing is lost. Start it again: it joins anew.");
        return DeclaredDown;
    }
}
