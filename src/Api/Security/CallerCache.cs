using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Data.Common;
using System.Text.Json;
using Api.Accounts;
using Api.Instance;
using Api.ReadModels;
using Cluster.Journal;

namespace Api.Security;

/// <summary>
/// Knows callers by their tokens. What the store says is believed for <see cref="Caller.Freshness"/> from before it was asked, by the
/// monotonic clock, so that what was taken away ends everywhere within that time and nobody has to be told. Only tokens that exist are kept.
/// </summary>
internal sealed class CallerCache(CallerQueries queries, InstancePolicy policy, TimeProvider time)
{
    private const int Capacity = 10_000;

    /// <summary>Longest wait for the store: then the caller hears 503.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    /// <returns>Null for a token that is not one, not any more, or of an account that may not sign in.</returns>
    /// <exception cref="CallersUnreadableException">The store cannot say.</exception>
    public async Task<Caller?> FindAsync(string token)
    {
        var kind = KindOf(token);
        if (kind is null) return null;

        var found = await FindAsync(kind.Value, OpaqueToken.Hash(token));
        return found is not null && found.ExpiresAt > time.GetUtcNow() ? found.Caller : null;
    }

    private static CallerKind? KindOf(string token) =>
        OpaqueToken.IsWhole(OpaqueToken.Access, token) ? CallerKind.Session
        : OpaqueToken.IsWhole(OpaqueToken.Api, token) ? CallerKind.ApiToken
        : null;

    private async Task<Found?> FindAsync(CallerKind kind, string hash)
    {
        var entry = Fresh(kind, hash);
        try
        {
            var found = await entry.Found;
            if (found is null) Forget(hash, entry);
            return found;
        }
        catch (Exception e) when (e is DbException or JournalUnavailableException or OperationCanceledException or TimeoutException)
        {
            Forget(hash, entry);
            throw new CallersUnreadableException(e);
        }
    }

    /// <summary>One question at a time for each token, however many requests wait for its answer.</summary>
    private Entry Fresh(CallerKind kind, string hash)
    {
        while (true)
        {
            var now = time.GetTimestamp();
            var isKnown = _entries.TryGetValue(hash, out var known);
            if (isKnown && time.GetElapsedTime(known!.AskedAt, now) < Caller.Freshness) return known;

            if (!isKnown && _entries.Count >= Capacity) _entries.Clear();
            var asked = new Entry(now);
            if (!(isKnown ? _entries.TryUpdate(hash, asked, known!) : _entries.TryAdd(hash, asked))) continue;
            _ = AnswerAsync(asked, kind, hash);
            return asked;
        }
    }

    private void Forget(string hash, Entry entry) => _entries.TryRemove(new KeyValuePair<string, Entry>(hash, entry));

    private async Task AnswerAsync(Entry entry, CallerKind kind, string hash)
    {
        try
        {
            entry.Answer.SetResult(await ReadAsync(kind, hash));
        }
        catch (Exception fault)
        {
            entry.Answer.SetException(fault);
        }
    }

    private async Task<Found?> ReadAsync(CallerKind kind, string hash)
    {
        using var limit = new CancellationTokenSource(s_patience);
        var row = kind == CallerKind.Session
            ? await queries.FindSessionAsync(hash, limit.Token)
            : await queries.FindApiTokenAsync(hash, limit.Token);
        if (row is null) return null;

        var caller = new Caller(kind, row.UserId, row.TokenId, row.IsSuperUser, row.HasMfa, Limits(row))
        {
            MustChangePassword = row.PasswordSetAt is { } setAt && await IsExpiredAsync(setAt, limit.Token),
        };
        return new Found(caller, row.ExpiresAt);
    }

    /// <summary>S0-32, X1. Of sessions only: programs cannot change a password, and their tokens have an end of their own.</summary>
    private async Task<bool> IsExpiredAsync(DateTimeOffset passwordSetAt, CancellationToken cancellationToken)
    {
        var days = (await policy.SettingsAsync(cancellationToken)).PasswordMaxAgeDays;
        return days > 0 && passwordSetAt + TimeSpan.FromDays(days) <= time.GetUtcNow();
    }

    private static TokenLimits? Limits(CallerRow row) =>
        row is { Scopes: null, Projects: null, Environments: null }
            ? null
            : new TokenLimits(Words(row.Scopes), Words(row.Projects)?.Select(Guid.Parse).ToImmutableHashSet(), Words(row.Environments));

    private static ImmutableHashSet<string>? Words(string? json) =>
        json is null ? null : [.. JsonSerializer.Deserialize(json, DefinitionJson.Default.StringArray) ?? []];

    private sealed record Found(Caller Caller, DateTimeOffset ExpiresAt);

    private sealed class Entry(long askedAt)
    {
        public long AskedAt => askedAt;

        public TaskCompletionSource<Found?> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<Found?> Found => Answer.Task;
    }
}

/// <summary>Who calls cannot be read: the request is refused, whoever it is.</summary>
internal sealed class CallersUnreadableException(Exception cause) : Exception("Callers cannot be read.", cause);
