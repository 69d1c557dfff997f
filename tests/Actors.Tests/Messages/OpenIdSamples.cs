using Actors.OpenId;
using Actors.Tests.Support;

namespace Actors.Tests.Messages;

/// <summary>Messages of the OpenID provider and of links to it.</summary>
internal static class OpenIdSamples
{
    public static OpenIdProvider Provider { get; } = new()
    {
        Name = "Ministry",
        DiscoveryUrl = "https://id.example.org/.well-known/openid-configuration",
        Issuer = "https://id.example.org",
        ClientId = "cluster",
        ClientSecret = "AAEC",
        RedirectUri = "https://cluster.example.org/v1/openid:callback",
        Audiences = ["urn:cluster"],
        MfaValues = ["mfa"],
        AllowUnverifiedEmail = true,
        CreateUsers = true,
    };

    public static MessageSet ProviderSet { get; } = new(
        "openid-provider",
        new OpenIdProviderMessages(),
        [typeof(OpenIdProviderCommand), typeof(OpenIdProviderReply)],
        [
            new OpenIdProviderCommand.SetUp(3, Provider), new OpenIdProviderCommand.SetUp(null, Provider with { Audiences = [], MfaValues = [] }),
            new OpenIdProviderCommand.Remove(4), new OpenIdProviderCommand.Remove(null),
            new OpenIdProviderCommand.Reseal(ABlob.Change(1, 2)),
        ],
        [new OpenIdProviderReply.Saved(4)]);

    public static MessageSet LinkSet { get; } = new(
        "openid-link",
        new OpenIdLinkMessages(),
        [typeof(OpenIdLinkCommand), typeof(OpenIdLinkReply)],
        [new OpenIdLinkCommand.Link(Sample.Id(1), null), new OpenIdLinkCommand.Link(Sample.Id(1), Sample.Id(2))],
        [new OpenIdLinkReply.Linked(Sample.Id(1))]);
}
