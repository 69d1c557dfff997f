using Api.Egress;

namespace Api.OpenId;

/// <summary>
/// The provider's configuration and keys as this node knows them. Read again after five minutes, so that a key that was taken
/// away stops, and at once for a token of an unknown key, but never more often than every five seconds, whoever sends what. A
/// provider that does not answer is taken at its last word for an hour.
/// </summary>
internal sealed partial class ProviderCache(OpenIdHttp http, TimeProvider time, ILogger<ProviderCache> logger) : IDisposable
{
    public static readonly TimeSpan Age = TimeSpan.FromMinutes(5);
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_lastWord = TimeSpan.FromHours(1);

    private readonly SemaphoreSlim _reading = new(1, 1);
    private volatile Known? _known;
    private volatile Attempt? _attempt;

    /// <exception cref="OpenIdUnavailableException">It does not answer, and has not for long.</exception>
    public Task<ProviderMetadata> GetAsync(string discoveryUrl, CancellationToken cancellationToken) =>
        _known is { } known && known.Is(discoveryUrl) && time.GetElapsedTime(known.At) < Age
            ? Task.FromResult(known.Metadata)
            : ReadAsync(discoveryUrl, _known, cancellationToken);

    /// <summary>For a token whose key is not among <paramref name="seen"/>: newer ones if there are and it is time to ask.</summary>
    /// <exception cref="OpenIdUnavailableException">As for <see cref="GetAsync"/>.</exception>
    public Task<ProviderMetadata> NewerAsync(string discoveryUrl, ProviderMetadata seen, CancellationToken cancellationToken) =>
        _known is { } known && known.Is(discoveryUrl) && !ReferenceEquals(known.Metadata, seen)
            ? Task.FromResult(known.Metadata)
            : ReadAsync(discoveryUrl, _known, cancellationToken);

    /// <summary>What was just read when the provider was set up.</summary>
    public void Keep(string discoveryUrl, ProviderMetadata metadata) => _known = new Known(discoveryUrl, metadata, time.GetTimestamp());

    public void Dispose() => _reading.Dispose();

    private async Task<ProviderMetadata> ReadAsync(string discoveryUrl, Known? seen, CancellationToken cancellationToken)
    {
        await _reading.WaitAsync(cancellationToken);
        try
        {
            var known = _known is { } present && present.Is(discoveryUrl) ? present : null;
            if (known is not null && !ReferenceEquals(known, seen)) return known.Metadata;
            if (_attempt is { } last && last.Url == discoveryUrl && time.GetElapsedTime(last.At) < Pause) return LastWord(known);
            _attempt = new Attempt(discoveryUrl, time.GetTimestamp());
            return await ReadAsync(discoveryUrl, known);
        }
        finally
        {
            _reading.Release();
        }
    }

    /// <remarks>Without the request's token: others wait for the same answer, and the guard bounds it in time.</remarks>
    private async Task<ProviderMetadata> ReadAsync(string discoveryUrl, Known? known)
    {
        try
        {
            var metadata = await http.DiscoverAsync(discoveryUrl, CancellationToken.None);
            Keep(discoveryUrl, metadata);
            return metadata;
        }
        catch (Exception fault) when (fault is OpenIdUnavailableException or EgressBlockedException)
        {
            LogNotRead(fault.Message);
            return LastWord(known);
        }
    }

    private ProviderMetadata LastWord(Known? known) => known is not null && time.GetElapsedTime(known.At) < s_lastWord
        ? known.Metadata
        : throw new OpenIdUnavailableException("The provider does not answer.");

    [LoggerMessage(3400, LogLevel.Warning, "The OpenID provider's configuration could not be read: {Reason}")]
    private partial void LogNotRead(string reason);

    private sealed record Known(string Url, ProviderMetadata Metadata, long At)
    {
        public bool Is(string url) => Url == url;
    }

    private sealed record Attempt(string Url, long At);
}
