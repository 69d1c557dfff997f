using System.Collections.Immutable;
using System.Globalization;

namespace Cluster.Sealing;

/// <summary>Where a node finds the shares of its master keys.</summary>
/// <param name="FirstFile">The file of first shares.</param>
/// <param name="SecondFile">The file of second shares; null if they are in <paramref name="Variable"/>.</param>
/// <param name="Variable">The value of <see cref="VariableName"/>; null if it is not set.</param>
public sealed record ShareSources(string FirstFile, string? SecondFile, string? Variable)
{
    public const string VariableName = "CLUSTER_KEY_SHARE";

    /// <summary>Longest file or value that is read.</summary>
    private const int MostCharacters = 64 << 10;

    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>What is there now. Says what is wrong with it, but never a part of a share.</summary>
    public SharesRead Read()
    {
        var faults = new List<string>();
        RequireApart(faults);
        var first = ReadFile("first", FirstFile, faults);
        var second = ReadSecond(faults);
        var masters = Combine(first, second, faults);
        if (masters.IsEmpty && faults.Count == 0)
        {
            faults.Add($"No version has both shares: there are first shares of {Versions(first)} and second shares of {Versions(second)}.");
        }

        return new SharesRead(
            masters, [.. first.Select(static share => share.Version)], [.. second.Select(static share => share.Version)],
            faults.Count == 0 ? null : string.Join(' ', faults), Warning());
    }

    public override string ToString() => $"shares in '{FirstFile}' and {(SecondFile is null ? VariableName : $"'{SecondFile}'")}";

    private void RequireApart(List<string> faults)
    {
        if (SecondFile is null)
        {
            return;
        }

        if (!string.IsNullOrWhiteSpace(Variable))
        {
            faults.Add($"The second share is given twice: by {VariableName} and by a file. Leave one out.");
        }

        if (RealPath(FirstFile) == RealPath(SecondFile))
        {
            faults.Add("Both shares are to be read from the same file.");
        }
    }

    private string? Warning() =>
        SecondFile is not null && Path.GetDirectoryName(RealPath(FirstFile)) == Path.GetDirectoryName(RealPath(SecondFile))
            ? $"Both files of key shares are in '{Path.GetDirectoryName(RealPath(FirstFile))}': whoever copies that folder has the master key. Keep them apart."
            : null;

    private ImmutableArray<KeyShare> ReadSecond(List<string> faults)
    {
        if (SecondFile is not null)
        {
            return ReadFile("second", SecondFile, faults);
        }

        if (!string.IsNullOrWhiteSpace(Variable))
        {
            return Parse("second", VariableName, Variable, faults);
        }

        faults.Add($"The second share is missing: {VariableName} is not set, and no second file is named.");
        return [];
    }

    private static ImmutableArray<KeyShare> ReadFile(string which, string path, List<string> faults)
    {
        try
        {
            if (!File.Exists(path))
            {
                faults.Add($"The {which} share is missing: there is no file '{path}'.");
                return [];
            }

            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & Others) != 0)
            {
                faults.Add($"The {which} share is weak: others than its owner may use the file '{path}' (chmod 600).");
                return [];
            }

            if (new FileInfo(path).Length > MostCharacters)
            {
                faults.Add($"The file '{path}' of the {which} share is too long.");
                return [];
            }

            return Parse(which, $"'{path}'", File.ReadAllText(path), faults);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            faults.Add($"The {which} share cannot be read from '{path}': {e.Message}");
            return [];
        }
    }

    private static ImmutableArray<KeyShare> Parse(string which, string where, string text, List<string> faults)
    {
        var shares = ImmutableArray.CreateBuilder<KeyShare>();
        var words = text.Length > MostCharacters ? [] : text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0)
        {
            faults.Add($"The {which} share is missing: {where} is empty or too long.");
        }

        for (var i = 0; i < words.Length; i++)
        {
            var (share, fault) = KeyShare.Parse(words[i]);
            fault ??= ShareStrength.WeaknessOf(share!.Secret);
            fault ??= shares.Any(other => other.Version == share!.Version) ? $"has version {share!.Version} a second time" : null;
            if (fault is not null)
            {
                faults.Add(string.Create(CultureInfo.InvariantCulture, $"The {which} share is weak: number {i + 1} in {where} {fault}."));
                continue;
            }

            shares.Add(share!);
        }

        return shares.DrainToImmutable();
    }

    private static ImmutableArray<MasterKey> Combine(ImmutableArray<KeyShare> first, ImmutableArray<KeyShare> second, List<string> faults)
    {
        var masters = ImmutableArray.CreateBuilder<MasterKey>();
        foreach (var share in first)
        {
            if (second.FirstOrDefault(other => other.Version == share.Version) is not { } other)
            {
                continue;
            }

            if (share.Secret.SequenceEqual(other.Secret))
            {
                faults.Add($"Both shares of version {share.Version} are the same.");
                continue;
            }

            masters.Add(MasterKey.Of(share, other));
        }

        return masters.DrainToImmutable();
    }

    private static string Versions(ImmutableArray<KeyShare> shares) =>
        shares.IsEmpty ? "no version" : "version " + string.Join(", ", shares.Select(static share => share.Version));

    private static string RealPath(string path)
    {
        var full = Path.GetFullPath(path);
        return new FileInfo(full) is { LinkTarget: not null } link ? link.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? full : full;
    }
}

/// <summary>What the sources of shares held at one moment.</summary>
/// <param name="Masters">Versions with both shares sound.</param>
/// <param name="Fault">Why they are not to be used, for operators; null if nothing is wrong.</param>
/// <param name="Warning">What works, but should be mended.</param>
public sealed record SharesRead(
    ImmutableArray<MasterKey> Masters, ImmutableArray<int> First, ImmutableArray<int> Second, string? Fault, string? Warning);
