using Cluster.Sealing;

namespace Cluster.Kit;

/// <summary>Shares of a master key as <c>./cluster keys init</c> makes them, for nodes of tests.</summary>
public static class KeyShares
{
    /// <summary>How a node is told of the second file.</summary>
    public const string SecondFileSetting = "CLUSTER__KEYS__SECOND_SHARE_FILE";

    private static readonly Lock s_gate = new();

    /// <summary>Where <see cref="Make"/> puts the second share: beside nothing else of the keys folder.</summary>
    public static string SecondFile(string keysFolder) => Path.Combine(keysFolder, "apart", "key-share");

    /// <summary>Makes both shares of version 1, unless they are there.</summary>
    /// <returns>The second file.</returns>
    public static string Make(string keysFolder)
    {
        lock (s_gate)
        {
            var second = SecondFile(keysFolder);
            Write(Path.Combine(keysFolder, "key-share"), KeyShare.New(1));
            Write(second, KeyShare.New(1));
            return second;
        }
    }

    /// <summary>Writes a share where only its owner may read it; one that is there stays.</summary>
    public static void Write(string path, KeyShare share)
    {
        if (File.Exists(path)) return;
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, share.Reveal() + "\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }
}
