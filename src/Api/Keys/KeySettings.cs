using Cluster.Hocon;
using Cluster.Sealing;

namespace Api.Keys;

/// <summary>Where the shares of the master key are, and whether they are used.</summary>
/// <param name="ShareFile">The file of first shares; empty for <c>key-share</c> in the keys folder.</param>
/// <param name="SecondShareFile">The file of second shares; empty if they are in the environment variable.</param>
/// <param name="StoreInClear">Nothing is sealed before it is stored: only to measure what sealing costs.</param>
/// <param name="RotationGrace">See <see cref="RotationSettings.Grace"/>.</param>
/// <param name="RotationShare">See <see cref="RotationSettings.Share"/>.</param>
internal sealed record KeySettings(string ShareFile, string SecondShareFile, bool StoreInClear, TimeSpan RotationGrace, int RotationShare)
{
    public const string DefaultName = "key-share";

    public static KeySettings Default { get; } = new("", "", StoreInClear: false, RotationSettings.Default.Grace, RotationSettings.Default.Share);

    public StoreProtection Protection => StoreInClear ? StoreProtection.InClear : StoreProtection.Sealed;

    public static KeySettings Read(SettingsReader reader) =>
        new(
            reader.String("share-file", Default.ShareFile),
            reader.String("second-share-file", Default.SecondShareFile),
            reader.Bool("store-in-clear-for-benchmarks", Default.StoreInClear),
            reader.Duration("rotation-grace", Default.RotationGrace, min: TimeSpan.Zero, max: TimeSpan.FromHours(1)),
            reader.Int("rotation-share", Default.RotationShare, min: 1, max: 100));

    public RotationSettings Rotation => RotationSettings.Default with { Grace = RotationGrace, Share = RotationShare };

    public ShareSources Sources(string keysFolder) => new(
        ShareFile.Length > 0 ? ShareFile : Path.Combine(keysFolder, DefaultName),
        SecondShareFile.Length > 0 ? SecondShareFile : null,
        Environment.GetEnvironmentVariable(ShareSources.VariableName));
}
