using System.Collections.Immutable;
using System.Data.Common;
using System.Text.Json;
using Api.Accounts;
using Api.Instance;
using Api.ReadModels;
using Cluster.Journal;

namespace Api.Security;

/// <summary>Knows callers by their tokens, at most <see cref="Caller.Freshness"/> late. Only tokens that exist are kept.</summary>
internal sealed class CallerCache
{
    private const int Remembered = 10_000;

    private readonly CallerQueries _queries;
    private readonly InstancePolicy _policy;
    private readonly TimeProvider _time;
    private readonly FreshCache<(CallerKind Kind, string Hash), Found?> _known;

    public CallerCache(CallerQueries queries, InstancePolicy policy, TimeProvider time)
    {
        (_queries, _policy, _time) = (queries, policy, time);
        _known = new(Remembered, time, ReadAsync);
    }

    /// <returns>Null for a token that is not one, not any more, or of an account that may not sign in.</returns>
    /// <exception cref="CallersUnreadableException">The store cannot say.</exception>
    public async Task<Caller?> FindAsync(string token)
    {
        if (KindOf(token) is not { } kind) return null;

        var key = (kind, OpaqueToken.Hash(token));
        try
        {
            var found = await _known.GetAsync(key, CancellationToken.None);
            if (found is null) _known.Forget(key);
            return found is not null && found.ExpiresAt > _time.GetUtcNow() ? found.Caller : null;
        }
        catch (Exception e) when (e is DbException or JournalUnavailableException or OperationCanceledException or TimeoutException)
        {
            throw new CallersUnreadableException(e);
        }
    }

    private static CallerKind? KindOf(string token) =>
        OpaqueToken.IsWhole(OpaqueToken.Access, token) ? CallerKind.Session
        : OpaqueToken.IsWhole(OpaqueToken.Api, token) ? CallerKind.ApiToken
        : null;

    private async Task<Found?> ReadAsync((CallerKind Kind, string Hash) key, CancellationToken cancellationToken)
    {
        var row = key.Kind == CallerKind.Session
            ? await _queries.FindSessionAsync(key.Hash, cancellationToken)
            : await _queries.FindApiTokenAsync(key.Hash, cancellationToken);
        if (row is null) return null;

        var caller = new Caller(key.Kind, row.UserId, row.TokenId, row.IsSuperUser, row.HasMfa, Limits(row))
        {
            MustChangePassword = row.PasswordSetAt is { } setAt && await IsExpiredAsync(setAt, cancellationToken),
        };
        return new Found(caller, row.ExpiresAt);
    }

    /// <summary>S0-32, X1. Of sessions only: programs cannot change a password, and their tokens have an end of their own.</summary>
    private async Task<bool> IsExpiredAsync(DateTimeOffset passwordSetAt, CancellationToken cancellationToken)
    {
        var days = (await _policy.SettingsAsync(cancellationToken)).PasswordMaxAgeDays;
        return days > 0 && passwordSetAt + TimeSpan.FromDays(days) <= _time.GetUtcNow();
    }

    private static TokenLimits? Limits(CallerRow row) =>
        row is { Scopes: null, Projects: null, Environments: null }
            ? null
            : new TokenLimits(Words(row.Scopes), Words(row.Projects)?.Select(Guid.Parse).ToImmutableHashSet(), Words(row.Environments));

    private static ImmutableHashSet<string>? Words(string? json) =>
        json is null ? null : [.. JsonSerializer.Deserialize(json, DefinitionJson.Default.StringArray) ?? []];

    private sealed record Found(Caller Caller, DateTimeOffset ExpiresAt);
}

/// <summary>Who calls cannot be read: the request is refused, whoever it is.</summary>
internal sealed class CallersUnreadableException(Exception cause) : Exception("Callers cannot be read.", cause);
