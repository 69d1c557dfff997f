using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using Api.Egress;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Api.Tests.Egress;

/// <summary>The test set of 4.9 of the features, against real sockets; only DNS is played.</summary>
public sealed class EgressTests : IAsyncLifetime
{
    private readonly WebApplication _outside = Server();
    private string _host = "";

    private EgressSettings Allowed => Settings("http://" + _host);

    public async Task InitializeAsync()
    {
        await _outside.StartAsync();
        _host = new Uri(_outside.Urls.First()).Authority;
    }

    public async Task DisposeAsync() => await _outside.DisposeAsync();

    [Theory]
    [InlineData("http://127.1", nameof(EgressRule.Scheme))]
    [InlineData("http://example.org", nameof(EgressRule.Scheme))]
    [InlineData("ftp://example.org", nameof(EgressRule.Scheme))]
    [InlineData("file:///etc/passwd", nameof(EgressRule.Scheme))]
    [InlineData("https://user@example.org", nameof(EgressRule.UserInfo))]
    [InlineData("https://user:password@example.org", nameof(EgressRule.UserInfo))]
    [InlineData("https://example.org:8443", nameof(EgressRule.Port))]
    [InlineData("https://example.org:80", nameof(EgressRule.Port))]
    [InlineData("https://127.1", nameof(EgressRule.Address))]
    [InlineData("https://0x7f000001", nameof(EgressRule.Address))]
    [InlineData("https://2130706433", nameof(EgressRule.Address))]
    [InlineData("https://0177.0.0.1", nameof(EgressRule.Address))]
    [InlineData("https://[::1]", nameof(EgressRule.Address))]
    [InlineData("https://[::ffff:169.254.169.254]", nameof(EgressRule.Address))]
    [InlineData("https://[64:ff9b::a9fe:a9fe]", nameof(EgressRule.Address))]
    [InlineData("https://[2002:7f00:1::]", nameof(EgressRule.Address))]
    [InlineData("https://[fd00:ec2::254]", nameof(EgressRule.Address))]
    [InlineData("https://[fe80::1]", nameof(EgressRule.Address))]
    [InlineData("https://169.254.169.254", nameof(EgressRule.Address))]
    [InlineData("https://100.64.0.1", nameof(EgressRule.Address))]
    [InlineData("https://10.0.0.1", nameof(EgressRule.Address))]
    [InlineData("https://0.0.0.0", nameof(EgressRule.Address))]
    [InlineData("https://localhost", nameof(EgressRule.Address))]
    [InlineData("https://localhost.", nameof(EgressRule.Address))]
    [InlineData("https://１２７.0.0.1", nameof(EgressRule.Address))]
    [InlineData("https://127。0。0。1", nameof(EgressRule.Address))]
    [InlineData("https://no-such-name.invalid", nameof(EgressRule.Address))]
    public async Task What_is_not_public_is_not_called(string url, string rule)
    {
        using var client = Client(EgressSettings.Default, static (host, token) => Dns.GetHostAddressesAsync(host, token));
        var blocked = await BlockedAsync(() => client.GetAsync(new Uri(url)));
        Assert.Equal(rule, blocked.Rule.ToString());
    }

    [Theory]
    [InlineData("93.184.215.14", "10.0.0.1")]
    [InlineData("10.0.0.1", "93.184.215.14")]
    [InlineData("2606:2800:220:1::1", "::1")]
    [InlineData("93.184.215.14", "::ffff:93.184.215.14")]
    public async Task A_name_with_one_private_address_among_public_ones_is_not_called(params string[] addresses)
    {
        using var client = Client(EgressSettings.Default, Answers(addresses));
        Assert.Equal(EgressRule.Address, (await BlockedAsync(() => client.GetAsync(new Uri("https://two-faced.example")))).Rule);
    }

    [Fact]
    public async Task A_name_is_resolved_once_for_check_and_call_and_again_for_the_next_connection()
    {
        using var inside = new TcpListener(IPAddress.Loopback, 0);
        inside.Start();
        using var passed = new CancellationTokenSource();
        var asked = 0;
        using var client = Client(EgressSettings.Default, async (_, _) =>
        {
            if (++asked > 1) return [IPAddress.Loopback];
            // The check is over when the call is given up: no packet leaves the machine.
            await passed.CancelAsync();
            return [IPAddress.Parse("93.184.215.14")];
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.GetAsync(new Uri("https://rebinding.example"), passed.Token));
        Assert.Equal(1, asked);
        Assert.Equal(EgressRule.Address, (await BlockedAsync(() => client.GetAsync(new Uri("https://rebinding.example")))).Rule);
        Assert.Equal(2, asked);
        Assert.False(inside.Pending());
    }

    [Fact]
    public async Task An_exception_is_for_one_host_one_port_and_one_scheme()
    {
        using var client = Client(Allowed);
        Assert.Equal("hello", await client.GetStringAsync(new Uri($"http://{_host}/hello")));

        Assert.Equal(EgressRule.Port, (await BlockedAsync(() => client.GetAsync(new Uri($"https://{_host}/hello")))).Rule);
        Assert.Equal(EgressRule.Scheme, (await BlockedAsync(() => client.GetAsync(new Uri("http://127.0.0.1:1/hello")))).Rule);
        Assert.Equal(EgressRule.Scheme, (await BlockedAsync(() => client.GetAsync(new Uri($"http://localhost:{new Uri("http://" + _host).Port}")))).Rule);
    }

    [Fact]
    public async Task A_redirect_is_not_followed_unless_asked_and_then_checked_like_any_call()
    {
        using var standing = Client(Allowed);
        Assert.Equal(HttpStatusCode.Found, (await standing.GetAsync(new Uri($"http://{_host}/to?http://169.254.169.254/"))).StatusCode);

        using var following = Client(Allowed, limits: EgressLimits.Default with { Redirects = 3 });
        Assert.Equal("hello", await following.GetStringAsync(new Uri($"http://{_host}/to?/hello")));
        foreach (var (target, rule) in new[]
        {
            ("http://169.254.169.254/latest/meta-data", EgressRule.Scheme), ("https://169.254.169.254/", EgressRule.Address),
            ("https://localhost/", EgressRule.Address), ("https://user@example.org/", EgressRule.UserInfo),
            ("file:///etc/passwd", EgressRule.Scheme), ("/loop", EgressRule.Redirect),
        })
        {
            Assert.Equal(rule, (await BlockedAsync(() => following.GetAsync(new Uri($"http://{_host}/to?{target}")))).Rule);
        }
    }

    [Fact]
    public async Task What_was_sent_with_a_request_does_not_go_on_to_where_it_is_sent()
    {
        using var client = Client(Allowed, limits: EgressLimits.Default with { Redirects = 1 });
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://{_host}/to?/headers");
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer secret");
        request.Headers.TryAddWithoutValidation("X-Secret", "secret");
        using var response = await client.SendAsync(request);
        Assert.DoesNotContain("secret", await response.Content.ReadAsStringAsync(), StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("/bomb", nameof(EgressRule.BodyTooLarge))]
    [InlineData("/endless", nameof(EgressRule.BodyTooLarge))]
    [InlineData("/announced", nameof(EgressRule.BodyTooLarge))]
    [InlineData("/drip", nameof(EgressRule.TooSlow))]
    [InlineData("/silent", nameof(EgressRule.TooSlow))]
    public async Task An_answer_has_a_size_and_a_time(string path, string rule)
    {
        var limits = new EgressLimits(64 << 10, rule == nameof(EgressRule.TooSlow) ? TimeSpan.FromMilliseconds(300) : TimeSpan.FromMinutes(1));
        using var client = Client(Allowed, limits: limits);
        Assert.Equal(rule, (await BlockedAsync(() => client.GetAsync(new Uri($"http://{_host}{path}")))).Rule.ToString());
    }

    [Fact]
    public async Task Headers_have_a_size()
    {
        using var client = Client(Allowed);
        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync(new Uri($"http://{_host}/many-headers")));
    }

    [Theory]
    [InlineData("host.example", true)]
    [InlineData("host.example:8443", true)]
    [InlineData("http://host.example:80", true)]
    [InlineData("http://[::1]:8080", true)]
    [InlineData("https://host.example", false)]
    [InlineData("http://host.example/path", false)]
    [InlineData("http://user@host.example", false)]
    [InlineData("host.example/path", false)]
    [InlineData("10.0.0.0/8", false)]
    [InlineData("", false)]
    [InlineData("ftp://host.example", false)]
    public void An_exception_is_written_as_host_and_port(string text, bool good) => Assert.Equal(good, EgressException.TryParse(text, out _));

    private static async Task<EgressBlockedException> BlockedAsync(Func<Task> call)
    {
        var blocked = await Assert.ThrowsAsync<EgressBlockedException>(call);
        Assert.Equal("The address is not one that this node calls.", blocked.Message);
        Assert.Null(blocked.InnerException);
        return blocked;
    }

    internal static HttpClient Client(EgressSettings settings, ResolveHost? resolve = null, EgressLimits? limits = null) =>
        new EgressClients(settings, resolve ?? Answers("127.0.0.1"), TimeProvider.System).Create(limits ?? EgressLimits.Default);

    private static ResolveHost Answers(params string[] addresses) =>
        (_, _) => Task.FromResult<IPAddress[]>([.. addresses.Select(IPAddress.Parse)]);

    internal static EgressSettings Settings(string exception)
    {
        Assert.True(EgressException.TryParse(exception, out var parsed));
        return new EgressSettings([parsed]);
    }

    internal static WebApplication Server()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.MapGet("/hello", () => "hello");
        app.MapGet("/headers", (HttpContext context) => string.Join('\n', context.Request.Headers.Select(header => $"{header.Key}: {header.Value}")));
        app.MapGet("/to", (HttpContext context) => Location(context, context.Request.QueryString.Value![1..]));
        app.MapGet("/loop", (HttpContext context) => Location(context, "/loop"));
        app.MapGet("/bomb", BombAsync);
        app.MapGet("/endless", context => WriteAsync(context, new byte[16 << 10], TimeSpan.Zero));
        app.MapGet("/drip", context => WriteAsync(context, new byte[1], TimeSpan.FromMilliseconds(10)));
        app.MapGet("/silent", context => Task.Delay(Timeout.Infinite, context.RequestAborted));
        app.MapGet("/announced", async context =>
        {
            context.Response.ContentLength = 1 << 30;
            await context.Response.Body.FlushAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        });
        app.MapGet("/many-headers", (HttpContext context) =>
        {
            for (var i = 0; i < 100; i++) context.Response.Headers[$"X-{i}"] = new string('x', 1024);
        });
        return app;
    }

    private static void Location(HttpContext context, string target)
    {
        context.Response.StatusCode = StatusCodes.Status302Found;
        context.Response.Headers.Location = target;
    }

    private static async Task BombAsync(HttpContext context)
    {
        context.Response.Headers.ContentEncoding = "gzip";
        await using var gzip = new GZipStream(context.Response.Body, CompressionLevel.SmallestSize);
        for (var i = 0; i < 1_000; i++) await gzip.WriteAsync(new byte[16 << 10], context.RequestAborted);
    }

    private static async Task WriteAsync(HttpContext context, byte[] part, TimeSpan pause)
    {
        while (!context.RequestAborted.IsCancellationRequested)
        {
            await context.Response.Body.WriteAsync(part, context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await Task.Delay(pause, context.RequestAborted);
        }
    }
}
