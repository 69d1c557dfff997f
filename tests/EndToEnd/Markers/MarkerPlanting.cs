using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Web;
using EndToEnd.Kit;

namespace EndToEnd.Markers;

/// <summary>Plants a marker wherever people's or secret data enters a node.</summary>
internal sealed class MarkerPlanting
{
    private const string Echo =
        "fn(state => { console.log('got', state.data, state.request); return { ...state, kept: state.data, made: 'LOGGED' } })";

    private readonly List<Marker> _markers = [];

    public IReadOnlyList<Marker> Markers => _markers;

    /// <summary>Runs that are to end.</summary>
    public List<Guid> Runs { get; } = [];

    public Guid Project { get; private set; }

    private SavedWorkflow Works { get; set; } = null!;

    private SavedWorkflow Fails { get; set; } = null!;

    public Marker New(string what)
    {
        var marker = Marker.New(what);
        _markers.Add(marker);
        return marker;
    }

    /// <summary>All there is but what needs a run.</summary>
    public async Task SetUpAsync(ApiClient api, OpenIdPage openId)
    {
        Project = await api.CreateProjectAsync("discreet");
        var credential = await api.CreateCredentialAsync(
            "key", new { password = New("credential").Text, nested = new { token = New("nested value of a credential").Text } }, Project);
        Works = await api.SaveWorkflowAsync(Project, Workflows.OneStep("works", Echo, credential: credential));
        Fails = await api.SaveWorkflowAsync(Project, Workflows.OneStep(
            "fails", "fn(state => { console.error('before', state.data); throw new Error('because of ' + state.data.why); })"));
        await PeopleAsync(api);
        await SecretsAsync(api);
        await OpenIdAsync(api, openId);
    }

    /// <summary>Work orders that succeed and fail, by webhook and by hand.</summary>
    public async Task SubmitAsync(ApiClient api, int times)
    {
        for (var i = 0; i < times; i++)
        {
            await ByWebhookAsync(api);
            await ByHandAsync(api, Works, new { order = New("input of a work order").Text });
            await ByHandAsync(api, Fails, new { why = New("message of an error").Text });
        }
    }

    /// <summary>Texts that people look for, alone and in what is done to many.</summary>
    public async Task SearchAsync(ApiClient api)
    {
        await api.TextAsync($"/v1/projects/{Project}/runs?search={New("search of runs").Text}");
        await api.TextAsync($"/v1/projects/{Project}/work-orders?search={New("search of work orders").Text}");
        await api.SentAsync(HttpMethod.Post, $"/v1/projects/{Project}/bulk-operations", new
        {
            kind = "cancel",
            filter = new { search = New("search of a bulk operation").Text },
        });
    }

    private async Task PeopleAsync(ApiClient api)
    {
        var (name, email, password) = (New("name of a person"), New("e-mail address"), New("password"));
        await api.SentAsync(HttpMethod.Post, "/v1/users", new { email = $"{email.Text}@example.org", name = name.Text, password = password.Text });
        using var http = new HttpClient { BaseAddress = api.Address };
        using var signIn = await http.PostAsJsonAsync("/v1/sessions", new { email = $"{email.Text}@example.org", password = password.Text });
        var session = JsonElement.Parse(await signIn.Content.ReadAsStringAsync()).GetProperty("accessToken").GetString()!;
        _markers.Add(new Marker("access token", session));
        using var own = new ApiClient(api.Address, session);
        var token = await own.SentAsync(HttpMethod.Post, "/v1/users/me/api-tokens", new { name = "tests" });
        _markers.Add(new Marker("API token", token.GetProperty("token").GetString()!));
        var offer = await own.SentAsync(HttpMethod.Post, "/v1/users/me/mfa", new { });
        _markers.Add(new Marker("TOTP secret", offer.GetProperty("secret").GetString()!));
        await api.SentAsync(HttpMethod.Post, $"/v1/projects/{Project}/invitations", new { email = $"{New("address of somebody invited").Text}@example.org", role = "viewer" });
        await Assert.ThrowsAnyAsync<Exception>(() => api.SentAsync(
            HttpMethod.Post, "/v1/sessions", new { email = $"{New("address that nobody has").Text}@example.org", password = New("wrong password").Text }));
    }

    private async Task SecretsAsync(ApiClient api)
    {
        await api.SentAsync(HttpMethod.Post, $"/v1/projects/{Project}/webhook-auth-methods", new
        {
            name = "basic",
            type = "basic",
            username = "clinic",
            password = New("password of a webhook").Text,
        });
        await api.SentAsync(HttpMethod.Post, $"/v1/projects/{Project}/webhook-auth-methods", new
        {
            name = "api",
            type = "api",
            apiKey = New("API key of a webhook").Text,
        });
        await api.SentAsync(HttpMethod.Put, $"/v1/projects/{Project}/repository", new
        {
            apiUrl = "https://git.example.org/api/v1",
            repository = "acme/flows",
            token = New("token of a repository").Text,
        });
    }

    /// <summary>The client's secret is used once: somebody comes back with a code that the provider does not take.</summary>
    private async Task OpenIdAsync(ApiClient api, OpenIdPage openId)
    {
        var secret = New("client secret of the OpenID provider").Text;
        await api.SentAsync(HttpMethod.Put, "/v1/instance/openid", new
        {
            name = "Tests",
            discoveryUrl = openId.Issuer + "/.well-known/openid-configuration",
            clientId = "cluster",
            clientSecret = secret,
            redirectUri = "https://cluster.example.org/v1/openid:callback",
        });
        using var browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = api.Address };
        using var start = await browser.GetAsync("/v1/openid:start");
        Assert.Equal(HttpStatusCode.Found, start.StatusCode);
        var state = HttpUtility.ParseQueryString(start.Headers.Location!.Query)["state"]!;
        var cookie = start.Headers.GetValues("Set-Cookie").Single().Split(';')[0];
        _markers.AddRange([new Marker("state of a sign-in", state), new Marker("cookie of a sign-in", cookie.Split('=')[1])]);
        using var back = new HttpRequestMessage(HttpMethod.Get, $"/v1/openid:callback?state={state}&code={New("code of a sign-in").Text}");
        back.Headers.Add("Cookie", cookie);
        using var answer = await browser.SendAsync(back);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal(secret, openId.Shown);
    }

    private async Task ByWebhookAsync(ApiClient api)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Post, $"/i/{Works.TriggerId}?given={New("query of a webhook").Text}")
        {
            Content = JsonContent.Create(new { given = New("body of a webhook").Text }),
        };
        request.Headers.Add("x-given", New("header of a webhook").Text);
        request.Headers.Add("Cookie", "given=" + New("cookie of a webhook").Text);
        using var answer = await api.SendAsync(request);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        Runs.Add(ApiClient.AcceptedOf(answer).RunId);
    }

    private async Task ByHandAsync(ApiClient api, SavedWorkflow workflow, object input)
    {
        var accepted = await api.SentAsync(HttpMethod.Post, $"/v1/projects/{Project}/work-orders", new { workflowId = workflow.Id, input = new { data = input } });
        Runs.Add(accepted.GetProperty("runId").GetGuid());
    }
}
