using Actors;
using Actors.Users;
using Api.Accounts;
using Api.Accounts.SecondFactors;
using Api.Security;
using Cluster.Entities;
using Cluster.Journal;
using Cluster.Sealing;

namespace Api.Keys.Rotation;

/// <summary>People and the secrets of their second factors.</summary>
internal sealed class UserResealing(IEntities entities, IReadStore store, Resealer resealer, NoticeBoard notices)
    : EntityResealing("users", entities, store, resealer, notices)
{
    protected override string Ids => "select id from users where id > @after order by id limit @most";

    protected override async Task ResealAsync(Guid id, FoundBlobs found, CancellationToken cancellationToken)
    {
        var user = new EntityRef(EntityTypes.User, id);
        if (await AskAsync(user, new UserCommand.Look(), cancellationToken) is not UserReply.Present present) return;
        await found.AddAsync(user, present.Person.Blob, Sealing.Identity(People.Space, id), cancellationToken);
        if (present.Mfa is { } mfa) await found.AddAsync(user, mfa.Secret, Sealing.Identity(MfaSecrets.Space, id), cancellationToken);
        if (present.MfaOffer is { } offer) await found.AddAsync(user, offer.Secret, Sealing.Identity(MfaSecrets.Space, id), cancellationToken);
        await TellAsync(user, found, static changes => new UserCommand.Reseal(changes), cancellationToken);
    }
}
