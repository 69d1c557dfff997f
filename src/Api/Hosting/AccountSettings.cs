using Actors.Instance;
using Cluster.Hocon;

namespace Api.Hosting;

/// <summary>What of accounts belongs to the machine. What holds for people is set at run time: <see cref="InstanceSettings"/>.</summary>
/// <param name="MaxUsers">Most accounts.</param>
internal sealed record AccountSettings(int MaxUsers, PasswordSettings Passwords)
{
    public static AccountSettings Default { get; } = new(10_000, PasswordSettings.Default);

    public static AccountSettings Read(SettingsReader reader) =>
        new(
            reader.Int("max-users", Default.MaxUsers, min: 1, max: 100_000),
            PasswordSettings.Read(reader.Within("passwords")));
}

/// <param name="Iterations">Of PBKDF2-HMAC-SHA512 for one password.</param>
/// <param name="Parallel">Passwords that are hashed at the same time; each takes a core.</param>
/// <param name="Waiting">Passwords that may wait for that.</param>
internal sealed record PasswordSettings(int Iterations, int Parallel, int Waiting)
{
    /// <summary>OWASP Password Storage Cheat Sheet, PBKDF2-HMAC-SHA512; less is refused.</summary>
    public const int MinIterations = 220_000;

    public static PasswordSettings Default { get; } = new(MinIterations, 2, 100);

    public static PasswordSettings Read(SettingsReader reader) =>
        new(
            reader.Int("iterations", Default.Iterations, min: MinIterations, max: 100_000_000),
            reader.Int("parallel", Default.Parallel, min: 1, max: 1_000),
            reader.Int("waiting", Default.Waiting, min: 0, max: 100_000));
}
