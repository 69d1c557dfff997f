using System.Net;
using System.Net.Http.Headers;
using EndToEnd.Kit;

namespace EndToEnd.Chaos.Clients;

/// <summary>
/// Sends calls to random nodes, as a load balancer does: a node that takes no connection is passed over for the next one.
/// What may have reached a node is never sent again.
/// </summary>
internal sealed class Front : IDisposable
{
    private static readonly TimeSpan s_connectTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(45);
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(100);
    private readonly ClusterSite _site;
    private readonly HttpClient _http;

    public Front(ClusterSite site)
    {
        _site = site;

        // A connection that lies idle may end just as it is used again, and then nobody knows what became of the call.
        var handler = new SocketsHttpHandler
        {
            PooledConnectionLifetime = TimeSpan.Zero,
            ConnectTimeout = s_connectTimeout,
            UseProxy = false,
        };
        _http = new HttpClient(handler) { Timeout = s_longest };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", site.Token);
        _http.DefaultRequestHeaders.ConnectionClose = true;
    }

    /// <returns>Null if nobody knows what became of the call.</returns>
    public async Task<HttpResponseMessage?> SendAsync(Func<HttpRequestMessage> call)
    {
        while (true)
        {
            var nodes = _site.Nodes.ToArray();
            Random.Shared.Shuffle(nodes);
            foreach (var node in nodes)
            {
                using var request = call();
                request.RequestUri = new Uri(node.Address, request.RequestUri!);
                try
                {
                    return await _http.SendAsync(request);
                }
                catch (HttpRequestException e) when (e.HttpRequestError == HttpRequestError.ConnectionError)
                {
                    // It was not sent.
                }
                catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
                {
                    return null;
                }
            }

            await Task.Delay(s_pause);
        }
    }

    /// <summary>Success was done; what says that nothing was done was not; of the rest nobody knows.</summary>
    public static Heard Heard(HttpResponseMessage? answer) => answer switch
    {
        { IsSuccessStatusCode: true } => Chaos.Heard.Done,
        { StatusCode: HttpStatusCode.ServiceUnavailable or HttpStatusCode.PreconditionFailed } => Chaos.Heard.Refused,
        null or { StatusCode: >= HttpStatusCode.InternalServerError } => Chaos.Heard.Unknown,
        _ => throw new InvalidOperationException($"{answer.StatusCode} is no answer to a call that was right."),
    };

    public void Dispose() => _http.Dispose();
}
