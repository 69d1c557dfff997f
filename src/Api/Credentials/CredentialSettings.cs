using Cluster.Hocon;

namespace Api.Credentials;

/// <param name="RenewBefore">How long before their end OAuth tokens are renewed; a tenth of their life if that is less.</param>
internal sealed record CredentialSettings(TimeSpan RenewBefore)
{
    public static CredentialSettings Default { get; } = new(TimeSpan.FromMinutes(5));

    public static CredentialSettings Read(SettingsReader reader) =>
        new(reader.Duration("renew-before", Default.RenewBefore, min: TimeSpan.Zero, max: TimeSpan.FromHours(1)));
}
