using Cluster.Hocon;

namespace Api.Hosting;

/// <summary>Where everything is stored, and so whether there can be other nodes.</summary>
internal enum StoreType
{
    /// <summary>Embedded, in the data folder: one node.</summary>
    Sqlite,

    /// <summary>One PostgreSQL database that any number of nodes share.</summary>
    Postgres,
}

/// <param name="Connection">As Npgsql takes it, without the password. Required for PostgreSQL.</param>
/// <param name="PasswordFile">A file that holds the password; empty for none.</param>
/// <param name="Lanes">Transactions that append at the same time, each on a connection of its own; 0 for <see cref="UsualLanes"/>.</param>
/// <param name="Readers">The most connections for reading.</param>
/// <param name="AllowInsecure">Whether a server on another machine may be used without checking its certificate.</param>
internal sealed record StoreSettings(
    StoreType Type, string Connection, string PasswordFile, int Lanes, int Readers, bool AllowInsecure)
{
    public static StoreSettings Default { get; } = new(StoreType.Sqlite, "", "", 0, 16, false);

    /// <summary>One for two cores, at most 4: with more of them each commit carries less, and what it costs is shared by fewer.</summary>
    public static int UsualLanes => Math.Clamp(Environment.ProcessorCount / 2, 1, 4);

    public static StoreSettings Read(SettingsReader reader) =>
        new(
            reader.Enum("type", Default.Type),
            reader.String("connection", Default.Connection),
            reader.String("password-file", Default.PasswordFile),
            reader.Int("lanes", Default.Lanes, min: 0, max: 64),
            reader.Int("readers", Default.Readers, min: 1, max: 1_000),
            reader.Bool("allow-insecure", Default.AllowInsecure));
}
