using System.Collections.Immutable;

namespace Actors.Vaults;

/// <summary>The tokens of a credential's environments.</summary>
internal static class TokenRules
{
    private static readonly ImmutableSortedDictionary<string, TokenState> s_none = ImmutableSortedDictionary.Create<string, TokenState>(StringComparer.Ordinal);

    public static TokenState Of(Credential credential, string environment) =>
        credential.Tokens?.GetValueOrDefault(environment) ?? TokenState.None;

    public static Credential Set(Credential credential, string environment, TokenState state) =>
        credential with { Tokens = (credential.Tokens ?? s_none).SetItem(environment, state) };

    public static ImmutableSortedDictionary<string, TokenState>? Without(ImmutableSortedDictionary<string, TokenState>? tokens, string environment) =>
        tokens?.Remove(environment) is { IsEmpty: false } left ? left : null;
}
