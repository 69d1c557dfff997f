using System.Text.Json;
using Actors.Projects;
using Actors.Runs;
using Api.ReadModels;
using Api.Unstored;
using Cluster.Sealing;

namespace Api.Dispatch;

/// <summary>
/// Which credential a keychain selects for a run: the one granted to the project whose external id is the value at the keychain's path in what the
/// run began with, as OpenFn's Lightning does it (its dataclip as stored: of a webhook the body alone), or else the default.
/// </summary>
internal sealed class KeychainChoices(KeychainQueries keychains, RunInputs inputs, UnstoredReads unstored)
{
    /// <summary>The keychain is gone.</summary>
    public const string Deleted = "keychain_deleted";

    /// <summary>No credential has that external id, and there is no default.</summary>
    public const string NoMatch = "keychain_no_match";

    /// <summary>Credentials of several owners have that external id.</summary>
    public const string Ambiguous = "keychain_ambiguous";

    /// <summary>What the run began with is damaged, was erased or is too deep to look into.</summary>
    public const string Unreadable = "keychain_input_unreadable";

    /// <returns>The credential, which the vault may still refuse; or the code of why there is none.</returns>
    /// <exception cref="PreparationException">The input was in memory only, and is lost.</exception>
    public async Task<(Guid? CredentialId, string? Code)> ChooseAsync(Guid keychainId, SecretUse use, CancellationToken cancellationToken)
    {
        if (await keychains.FindAsync(use.ProjectId, keychainId, cancellationToken).ConfigureAwait(false) is not { } keychain) return (null, Deleted);
        if (await InputAsync(use, cancellationToken).ConfigureAwait(false) is not { } input || !TryFind(keychain.Path, input, out var value))
            return (null, Unreadable);
        var matches = value is null ? [] : await keychains.MatchesAsync(use.ProjectId, value, cancellationToken).ConfigureAwait(false);
        return matches.Count switch
        {
            1 => (matches[0], null),
            > 1 => (null, Ambiguous),
            _ => keychain.DefaultCredentialId is { } fallback ? (fallback, null) : (null, NoMatch),
        };
    }

    private static bool TryFind(string path, byte[] input, out string? value)
    {
        try
        {
            value = KeychainPath.Parse(path)!.Find(input);
            return true;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            value = null;
            return false;
        }
    }

    /// <returns>Empty for no input; null if what is stored does not open.</returns>
    private async Task<byte[]?> InputAsync(SecretUse use, CancellationToken cancellationToken)
    {
        if (use.InputId is not { } id) return [];
        if (use.IsUnstored && await unstored.FindAsync(use.RunId, id, cancellationToken).ConfigureAwait(false) is { } held) return held.Body.ToArray();
        try
        {
            if (await inputs.DataclipAsync(id, cancellationToken).ConfigureAwait(false) is { } stored) return stored.Body;
        }
        catch (Exception e) when (e is IntegrityException or KeyDestroyedException)
        {
            return null;
        }

        return use.IsUnstored ? throw new PreparationException(RunLoss.BodiesLost, $"Dataclip {id} was in memory only and is lost") : [];
    }
}
