using Cluster.Kit;

namespace Cluster.Benchmarks.Rotation;

/// <summary>What is in the two files of shares, a line for each version of the master key.</summary>
internal sealed record Shares(string[] First, string[] Second)
{
    public static async Task<Shares> ReadAsync(string keysFolder) =>
        new(await File.ReadAllLinesAsync(FirstFile(keysFolder)), await File.ReadAllLinesAsync(KeyShares.SecondFile(keysFolder)));

    public Shares Without(Shares others) => new([.. First.Except(others.First)], [.. Second.Except(others.Second)]);

    public async Task WriteAsync(string keysFolder)
    {
        await File.WriteAllLinesAsync(FirstFile(keysFolder), First);
        await File.WriteAllLinesAsync(KeyShares.SecondFile(keysFolder), Second);
    }

    private static string FirstFile(string keysFolder) => Path.Combine(keysFolder, "key-share");
}
