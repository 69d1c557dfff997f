using System.Net;

namespace Api.Egress;

/// <summary>Whether the node calls an address: pure. <see cref="Uri"/> is the one parser, for the check and for the call.</summary>
internal sealed class EgressRules(EgressSettings settings)
{
    /// <exception cref="EgressBlockedException">Scheme, user or port are not allowed.</exception>
    public void Check(Uri url)
    {
        if (!url.IsAbsoluteUri) throw new EgressBlockedException(EgressRule.Scheme);
        if (url.UserInfo.Length > 0) throw new EgressBlockedException(EgressRule.UserInfo);
        if (IsException(url)) return;
        if (url.Scheme != Uri.UriSchemeHttps) throw new EgressBlockedException(EgressRule.Scheme);
        if (url.Port != EgressException.HttpsPort) throw new EgressBlockedException(EgressRule.Port);
    }

    /// <summary>One bad address among good ones spoils all: which one is dialled must not be a matter of luck.</summary>
    /// <exception cref="EgressBlockedException">There is none, or one is special.</exception>
    public void Check(Uri url, IPAddress[] addresses)
    {
        if (addresses.Length == 0 || (!IsException(url) && addresses.Any(SpecialAddresses.Contains)))
            throw new EgressBlockedException(EgressRule.Address);
    }

    private bool IsException(Uri url) => settings.Allow.Any(exception => exception.Covers(url));
}
