using Cluster.Hocon;
using Cluster.Sealing;

namespace Api.Keys;

/// <summary>Where the shares of the master key are.</summary>
/// <param name="ShareFile">The file of first shares; empty for <c>key-share</c> in the keys folder.</param>
/// <param name="SecondShareFile">The file of second shares; empty if they are in the environment variable.</param>
/// <param name="RotationGrace">See <see cref="RotationSettings.Grace"/>.</param>
internal sealed record KeySettings(string ShareFile, string SecondShareFile, TimeSpan RotationGrace)
{
    public const string DefaultName = "key-share";

    public static KeySettings Default { get; } = new("", "", RotationSettings.Default.Grace);

    public static KeySettings Read(SettingsReader reader) =>
        new(
            reader.String("share-file", Default.ShareFile),
            reader.String("second-share-file", Default.SecondShareFile),
            reader.Duration("rotation-grace", Default.RotationGrace, min: TimeSpan.Zero, max: TimeSpan.FromHours(1)));

    public ShareSources Sources(string keysFolder) => new(
        ShareFile.Length > 0 ? ShareFile : Path.Combine(keysFolder, DefaultName),
        SecondShareFile.Length > 0 ? SecondShareFile : null,
        Environment.GetEnvironmentVariable(ShareSources.VariableName));
}
