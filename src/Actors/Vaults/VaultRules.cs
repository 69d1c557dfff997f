using System.Collections.Immutable;
using Actors.Projects;
using Cluster.Entities;

namespace Actors.Vaults;

/// <summary>The rules of credentials, and the bounds that keep a vault's state in memory.</summary>
internal static class VaultRules
{
    public const int MaxCredentials = 10_000;
    public const int MaxProjects = 1_000;
    private const int MaxEnvironments = 20;
    private const int MaxExternalId = 255;
    private const int MaxName = 100;
    private const int MaxKeys = 200;
    private const int MaxBodyBytes = 64 * 1024;

    public static ImmutableArray<FieldFault> Check(VaultCommand.Create create)
    {
        var faults = new Faults();
        CheckNames(faults, create.Name, create.Schema, create.ExternalId);
        CheckBody(faults, create.KeyNames, create.Body);
        return faults.ToImmutable();
    }

    public static ImmutableArray<FieldFault> Check(Credential credential, VaultCommand.SetBody set)
    {
        var faults = new Faults();
        faults.AddUnless(
            EnvironmentSet.IsName(set.Environment) && set.Environment != EnvironmentSet.Main,
            "environment",
            "must be 1 to 50 lower-case letters, digits and hyphens, and not 'main', whose body is the credential's own");
        faults.AddUnless(
            credential.Environments is not { Count: >= MaxEnvironments } present || present.ContainsKey(set.Environment),
            "environment", "must be one of at most 20 of a credential");
        CheckBody(faults, set.KeyNames, set.Body);
        return faults.ToImmutable();
    }

    public static ImmutableArray<FieldFault> Check(VaultCommand.Update update)
    {
        var faults = new Faults();
        CheckNames(faults, update.Name, update.Schema, update.ExternalId);
        if (update is { KeyNames: { } keyNames, Body: { } body })
        {
            CheckBody(faults, keyNames, body);
        }
        else
        {
            faults.AddUnless(
                update.KeyNames is null && update.Body is null, "body", "must come together with the names of its keys");
        }

        return faults.ToImmutable();
    }

    /// <summary>Names and external ids are one of a kind among those of an owner.</summary>
    public static Refusal? Clash(VaultState state, Guid id, string name, string? externalId)
    {
        foreach (var (otherId, other) in state.Credentials)
        {
            if (otherId == id) continue;
            if (other.Name == name) return VaultRefusals.NameTaken(name);
            if (externalId is not null && other.ExternalId == externalId) return VaultRefusals.ExternalIdTaken(externalId);
        }

        return null;
    }

    private static void CheckNames(Faults faults, string name, string schema, string? externalId)
    {
        faults.AddUnless(
            externalId is null || (externalId.Length <= MaxExternalId && IsWritten(externalId)),
            "externalId", "must be 1 to 255 characters, not only blanks, without control characters");
        faults.AddUnless(IsText(name), "name", "must be 1 to 100 characters, not only blanks, without control characters");
        faults.AddUnless(IsText(schema), "schema", "must be an adaptor's name or 'raw', at most 100 characters");
    }

    private static void CheckBody(Faults faults, ImmutableArray<string> keyNames, SealedBody body)
    {
        faults.AddUnless(
            !keyNames.IsDefault && keyNames.Length <= MaxKeys && keyNames.All(IsText),
            "body",
            "must have at most 200 keys with names of 1 to 100 characters, without control characters");
        faults.AddUnless(
            body.Blob.Length is > 0 and <= MaxBodyBytes, "body", "must be present and at most 64 KB once encrypted");
    }

    private static bool IsText(string text) =>
        text.Length <= MaxName && IsWritten(text);

    private static bool IsWritten(string text) => !string.IsNullOrWhiteSpace(text) && !text.Any(char.IsControl);
}
