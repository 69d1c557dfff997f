using System.Text.Json;
using Actors.OpenId;
using Api.OpenId;
using Api.ReadModels;
using Api.Security;
using Cluster.Entities;
using Cluster.Journal;
using Cluster.Sealing;

namespace Api.Keys.Rotation;

/// <summary>The client's secret at the OpenID provider.</summary>
internal sealed class OpenIdResealing(IEntities entities, IReadStore store, Resealer resealer, NoticeBoard notices)
    : EntityResealing("openid", entities, store, resealer, notices)
{
    protected override string Ids => "select id from openid_provider where id > @after order by id limit @most";

    protected override async Task ResealAsync(Guid id, FoundBlobs found, CancellationToken cancellationToken)
    {
        var json = await Store.FindAsync<string?>("select provider from openid_provider where id = @id", new { id }, cancellationToken);
        if (json is null || JsonSerializer.Deserialize(json, DefinitionJson.Default.OpenIdProvider) is not { } provider) return;
        var identity = Sealing.Identity(OpenIdProviderBehavior.Entity.Id, OpenIdSecrets.Of(provider.DiscoveryUrl));
        await found.AddAsync(OpenIdProviderBehavior.Entity, Convert.FromBase64String(provider.ClientSecret), identity, cancellationToken);
        await TellAsync(OpenIdProviderBehavior.Entity, found, static changes => new OpenIdProviderCommand.Reseal(changes[0]), cancellationToken);
    }
}
