using System.Collections.Immutable;
using Cluster.Hocon;

namespace Api.Egress;

/// <param name="Allow">Hosts that may lie on private addresses.</param>
internal sealed record EgressSettings(ImmutableArray<EgressException> Allow)
{
    public static EgressSettings Default { get; } = new(ImmutableArray<EgressException>.Empty);

    public static EgressSettings Read(SettingsReader reader)
    {
        var allow = ImmutableArray.CreateBuilder<EgressException>();
        foreach (var text in reader.StringList("allow", []))
        {
            if (EgressException.TryParse(text, out var exception)) allow.Add(exception);
            else reader.Refuse("allow", text, "must be host, host:port or http://host:port");
        }

        return new EgressSettings(allow.ToImmutable());
    }
}

/// <summary>One host that the operator allows although a rule is against it (X11).</summary>
/// <param name="Host">As a <see cref="Uri"/> writes it.</param>
/// <param name="Scheme">Plain HTTP is allowed only where it says so.</param>
internal sealed record EgressException(string Scheme, string Host, int Port)
{
    public const int HttpsPort = 443;

    public static bool TryParse(string text, out EgressException exception)
    {
        var plain = text.StartsWith("http://", StringComparison.Ordinal);
        var address = plain ? text : "https://" + text;
        exception = new EgressException("", "", 0);
        if ((!plain && text.Contains("//", StringComparison.Ordinal)) || !Uri.TryCreate(address, UriKind.Absolute, out var url)) return false;
        if (url.UserInfo.Length > 0 || url.PathAndQuery != "/" || url.Fragment.Length > 0 || text.EndsWith('/')) return false;
        exception = new EgressException(url.Scheme, url.IdnHost, url.Port);
        return url.IdnHost.Length > 0;
    }

    public bool Covers(Uri url) =>
        url.Scheme == Scheme && url.Port == Port && url.IdnHost.Equals(Host, StringComparison.OrdinalIgnoreCase);
}
