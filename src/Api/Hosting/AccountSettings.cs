using Actors.Users;
using Cluster.Hocon;

namespace Api.Hosting;

/// <param name="MaxUsers">Most accounts.</param>
/// <param name="Session">Lifetimes of access tokens and sessions.</param>
/// <param name="TokenLifetime">The longest that an API token may live.</param>
/// <param name="DeletionGrace">How long the deletion of an account can be cancelled.</param>
internal sealed record AccountSettings(
    int MaxUsers, SessionTimes Session, TimeSpan TokenLifetime, TimeSpan DeletionGrace, PasswordSettings Passwords)
{
    public static AccountSettings Default { get; } = new(
        10_000,
        new SessionTimes(TimeSpan.FromMinutes(10), TimeSpan.FromHours(12), TimeSpan.FromDays(30)),
        TimeSpan.FromDays(365),
        TimeSpan.FromDays(7),
        PasswordSettings.Default);

    public static AccountSettings Read(SettingsReader reader) =>
        new(
            reader.Int("max-users", Default.MaxUsers, min: 1, max: 100_000),
            new SessionTimes(
                reader.Duration("access-token-lifetime", Default.Session.Access, min: TimeSpan.FromSeconds(10), max: TimeSpan.FromHours(1)),
                reader.Duration("session-idle-timeout", Default.Session.Idle, min: TimeSpan.FromMinutes(1), max: TimeSpan.FromDays(30)),
                reader.Duration("session-lifetime", Default.Session.Total, min: TimeSpan.FromMinutes(1), max: TimeSpan.FromDays(365))),
            reader.Duration("api-token-lifetime", Default.TokenLifetime, min: TimeSpan.FromMinutes(1), max: TimeSpan.FromDays(3_650)),
            reader.Duration("deletion-grace", Default.DeletionGrace, min: TimeSpan.Zero, max: TimeSpan.FromDays(365)),
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
