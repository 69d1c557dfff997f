using Cluster.Hocon;
using Cluster.Sealing;

namespace Api.Hosting;

/// <param name="StoreInClear">Nothing is sealed before it is stored: only to measure what sealing costs.</param>
internal sealed record KeySettings(bool StoreInClear)
{
    public static KeySettings Default { get; } = new(false);

    public StoreProtection Protection => StoreInClear ? StoreProtection.InClear : StoreProtection.Sealed;

    public static KeySettings Read(SettingsReader reader) => new(reader.Bool("store-in-clear-for-benchmarks", Default.StoreInClear));
}
