using Cluster.Hocon;
using Cluster.Sealing;

namespace Api.Keys;

/// <summary>Where the shares of the master key are.</summary>
/// <param name="ShareFile">The file of first shares; empty for <c>key-share</c> in the keys folder.</param>
/// <param name="SecondShareFile">The file of second shares; empty if they are in the environment variable.</param>
internal sealed record KeySettings(string ShareFile, string SecondShareFile)
{
    public const string DefaultName = "key-share";

    public static KeySettings Default { get; } = new("", "");

    public static KeySettings Read(SettingsReader reader) =>
        new(
            reader.String("share-file", Default.ShareFile),
            reader.String("second-share-file", Default.SecondShareFile));

    public ShareSources Sources(string keysFolder) => new(
        ShareFile.Length > 0 ? ShareFile : Path.Combine(keysFolder, DefaultName),
        SecondShareFile.Length > 0 ? SecondShareFile : null,
        Environment.GetEnvironmentVariable(ShareSources.VariableName));
}
