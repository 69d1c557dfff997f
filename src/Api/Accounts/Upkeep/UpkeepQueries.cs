using Api.ReadModels;
using Cluster.Journal;

namespace Api.Accounts.Upkeep;

/// <summary>What there is to do about accounts; a page of each, of which the next pass finds the rest.</summary>
internal sealed class UpkeepQueries(IReadStore store)
{
    private const int Page = 100;

    /// <summary>The last active super user would be found for ever: more than one pass can lock does no harm, fewer would.</summary>
    private const int StalePage = 1_000;

    public Task<List<Guid>> PurgeableAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        store.ListAsync<Guid>(
            "select id from accounts where status = 'leaving' and purge_at <= @now order by purge_at, id limit @Page", new { now, Page },
            cancellationToken);

    /// <summary>Users without an account whose id was made before then.</summary>
    public Task<List<Guid>> OrphansAsync(DateTimeOffset before, CancellationToken cancellationToken) =>
        store.ListAsync<Guid>(
            """
            select u.id from users u where u.id < @bound and not exists (select 1 from accounts a where a.id = u.id) order by u.id limit @Page
            """,
            new { bound = Guid.CreateVersion7(before), Page },
            cancellationToken);

    /// <summary>Users who were erased, and whose key may still be there.</summary>
    public Task<List<Guid>> ErasedAsync(CancellationToken cancellationToken) =>
        store.ListAsync<Guid>("select user_id from erased_users order by erased_at, user_id limit @Page", new { Page }, cancellationToken);

    public Task<List<Guid>> CredentialsAsync(Guid userId, CancellationToken cancellationToken) =>
        store.ListAsync<Guid>("select id from credentials where vault_id = @userId", new { userId }, cancellationToken);

    /// <summary>Active accounts with neither a sign-in, an open session nor a token's use since then, nor a change by a super user.</summary>
    public Task<List<Guid>> StaleAsync(DateTimeOffset since, DateTimeOffset now, CancellationToken cancellationToken) =>
        store.ListAsync<Guid>(
            """
            select a.id from accounts a join users u on u.id = a.id
            where a.status = 'active' and a.updated_at < @since and (u.last_sign_in_at is null or u.last_sign_in_at < @since)
                and not exists (select 1 from sessions s where s.user_id = a.id and s.expires_at > @now)
                and not exists (
                    select 1 from api_tokens t join token_uses w on w.token_id = t.id
                    where t.user_id = a.id and w.last_used_at >= @since)
            order by a.created_at, a.id limit @StalePage
            """,
            new { since, now, StalePage },
            cancellationToken);
}
