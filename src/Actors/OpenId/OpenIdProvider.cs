using System.Collections.Immutable;
using Cluster.Entities;

namespace Actors.OpenId;

/// <summary>The instance's OpenID provider, as a super user described it (S1-39).</summary>
public sealed record OpenIdProvider
{
    private const int MaxText = 500;
    private const int MaxWords = 20;

    /// <summary>For people; at most 100 characters.</summary>
    public required string Name { get; init; }

    /// <summary>Of the provider's configuration; it ends in <c>/.well-known/openid-configuration</c>.</summary>
    public required string DiscoveryUrl { get; init; }

    /// <summary>Who the provider says it is; tokens have to carry exactly this.</summary>
    public required string Issuer { get; init; }

    public required string ClientId { get; init; }

    /// <summary>Sealed, in base64; opened only to exchange a code.</summary>
    public required string ClientSecret { get; init; }

    /// <summary>This instance's own address <c>/v1/openid:callback</c>, as clients reach it.</summary>
    public required string RedirectUri { get; init; }

    /// <summary>Asked for at sign-in; <c>openid</c> among them.</summary>
    public ImmutableArray<string> Scopes { get; init; } = ["openid", "email", "profile"];

    /// <summary>Of access tokens that the API takes; none: it takes none.</summary>
    public ImmutableArray<string> Audiences { get; init; } = [];

    /// <summary>Values of <c>amr</c> or <c>acr</c> that stand for a second factor; none: no sign-in by the provider counts as one.</summary>
    public ImmutableArray<string> MfaValues { get; init; } = [];

    /// <summary>Takes an address as the person's own although the provider does not say so.</summary>
    public bool AllowUnverifiedEmail { get; init; }

    /// <summary>Whoever the provider knows gets an account at their first sign-in.</summary>
    public bool CreateUsers { get; init; }

    internal ImmutableArray<FieldFault> Check()
    {
        var faults = new Faults();
        faults.AddUnless(Name is { Length: >= 1 and <= 100 }, "name", "must have 1 to 100 characters");
        faults.AddUnless(IsText(DiscoveryUrl), "discoveryUrl", "must have 1 to 500 characters");
        faults.AddUnless(IsText(Issuer), "discoveryUrl", "must lead to a configuration with an issuer");
        faults.AddUnless(IsText(ClientId), "clientId", "must have 1 to 500 characters");
        faults.AddUnless(ClientSecret is { Length: >= 1 and <= 2_000 }, "clientSecret", "must be given, and be short");
        faults.AddUnless(IsText(RedirectUri), "redirectUri", "must have 1 to 500 characters");
        faults.AddUnless(AreWords(Scopes) && Scopes.Contains("openid"), "scopes", "must be at most 20 words, openid among them");
        faults.AddUnless(AreWords(Audiences), "audiences", "must be at most 20 texts of 1 to 500 characters");
        faults.AddUnless(!AreWords(Audiences) || !Audiences.Contains(ClientId), "audiences", "must not name the client: its ID tokens are not for the API");
        faults.AddUnless(AreWords(MfaValues), "mfaValues", "must be at most 20 texts of 1 to 500 characters");
        return faults.ToImmutable();
    }

    private static bool IsText(string? text) => text is { Length: >= 1 and <= MaxText };

    private static bool AreWords(ImmutableArray<string> words) =>
        !words.IsDefault && words.Length <= MaxWords && words.All(static word => IsText(word) && !word.Any(char.IsWhiteSpace));
}
