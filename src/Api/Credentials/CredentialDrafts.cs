using System.Collections.Immutable;
using System.Text.Json;
using Actors.Vaults;
using Api.Credentials.Kinds;
using Api.Credentials.Schemas;
using Api.Egress;
using Api.Problems;
using Cluster.Entities;

namespace Api.Credentials;

/// <summary>Checks bodies as they come in and seals them: after this nothing holds the plaintext.</summary>
internal sealed class CredentialDrafts(BodySealing sealing, AdaptorSchemas schemas, EgressClients egress, TimeProvider time)
{
    /// <param name="schema">Checked against for raw bodies, if it is known.</param>
    public async ValueTask<(BodyDraft? Draft, Problem? Problem)> SealAsync(
        BodyPlace place, CredentialKind kind, string schema, JsonElement body, CancellationToken cancellationToken)
    {
        if (body.ValueKind != JsonValueKind.Object) return (null, Problem.Of(ProblemKinds.Invalid, "body", "is a JSON object"));
        var faults = await CheckAsync(kind, schema, body, cancellationToken);
        return faults.IsEmpty ? (await sealing.SealAsync(place, body, cancellationToken), null) : (null, Problem.Of(faults));
    }

    public static DateTimeOffset? ExpiryOf(CredentialKind kind, JsonElement body) =>
        kind == CredentialKind.ClientCertificate ? ClientCertificates.ExpiryOf(new BodyFields(body)) : null;

    private async ValueTask<ImmutableArray<FieldFault>> CheckAsync(
        CredentialKind kind, string schema, JsonElement body, CancellationToken cancellationToken)
    {
        if (kind != CredentialKind.Raw) return BodyRules.Check(kind, body, egress.Rules, time.GetUtcNow());
        using var document = await schemas.FindAsync(schema, cancellationToken);
        return document is null ? [] : SchemaCheck.Of(document.RootElement, body);
    }
}
