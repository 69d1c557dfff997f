using Actors.Audit;
using Actors.OpenId;
using Cluster.Entities;
using Cluster.Journal;

namespace Api.Audit;

/// <summary>Entries about the instance's OpenID provider. Of the client's secret only whether it changed.</summary>
internal sealed class OpenIdProviderTrail(AuditRows audit) : ITrail<OpenIdProviderState, OpenIdProviderEvent>
{
    public void Record(
        RowBatch rows, in DecisionContext context, OpenIdProviderState before, OpenIdProviderState after, OpenIdProviderEvent @event)
    {
        var action = @event switch
        {
            OpenIdProviderEvent.SetUp => before.Provider is null ? AuditActions.OpenIdProviderSetUp : AuditActions.OpenIdProviderChanged,
            OpenIdProviderEvent.Removed => AuditActions.OpenIdProviderRemoved,
            _ => null,
        };
        if (action is null) return;
        audit.Add(rows, context, new AuditFact(action)
        {
            ItemType = "openid_provider",
            ItemId = context.Entity.Id,
            Details = Details(before.Provider, after.Provider),
        });
    }

    private static string Details(OpenIdProvider? before, OpenIdProvider? after) => AuditDetails.Of(writer =>
    {
        writer.WriteChange("name", before?.Name, after?.Name);
        writer.WriteChange("discoveryUrl", before?.DiscoveryUrl, after?.DiscoveryUrl);
        writer.WriteChange("issuer", before?.Issuer, after?.Issuer);
        writer.WriteChange("clientId", before?.ClientId, after?.ClientId);
        writer.WriteChange("redirectUri", before?.RedirectUri, after?.RedirectUri);
        writer.WriteChange("scopes", before?.Scopes, after?.Scopes);
        writer.WriteChange("audiences", before?.Audiences, after?.Audiences);
        writer.WriteChange("mfaValues", before?.MfaValues, after?.MfaValues);
        writer.WriteChange("allowUnverifiedEmail", before?.AllowUnverifiedEmail, after?.AllowUnverifiedEmail);
        writer.WriteChange("createUsers", before?.CreateUsers, after?.CreateUsers);
        writer.WriteBoolean("secretChanged"u8, before?.ClientSecret != after?.ClientSecret);
    });
}

/// <summary>
/// Entries about whose account somebody at the provider is. Neither subject nor link: what is left when the user is erased must not
/// lead to them when they come again.
/// </summary>
internal sealed class OpenIdLinkTrail(AuditRows audit) : ITrail<OpenIdLinkState, OpenIdLinkEvent>
{
    public void Record(RowBatch rows, in DecisionContext context, OpenIdLinkState before, OpenIdLinkState after, OpenIdLinkEvent @event)
    {
        if (@event is not OpenIdLinkEvent.Linked linked) return;
        audit.Add(rows, context, new AuditFact(AuditActions.OpenIdLinked) { ItemType = "user", ItemId = linked.UserId });
    }
}
