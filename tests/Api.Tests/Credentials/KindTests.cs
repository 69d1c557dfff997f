using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Actors.Vaults;
using Api.Credentials.Kinds;
using Api.Tests.Fixtures;

namespace Api.Tests.Credentials;

public sealed class KindTests(SharedNode shared) : IClassFixture<SharedNode>
{
    private const string Marker = "MARKER-77aa";
    private readonly TestNode _node = shared.Node;

    [Theory]
    [InlineData("basic", """{"password":"MARKER-77aa"}""", "/body/username")]
    [InlineData("basic", """{"username":"a:b","password":"MARKER-77aa"}""", "/body/username")]
    [InlineData("basic", """{"username":"MARKER-77aa","password":7}""", "/body/password")]
    [InlineData("bearer", """{"token":"MARKER-77aa"}""", "/body/access_token")]
    [InlineData("bearer", """{"access_token":"MARKER-77aa and more"}""", "/body/access_token")]
    [InlineData("api_key", """{"value":"MARKER-77aa"}""", "/body/header")]
    [InlineData("api_key", """{"value":"MARKER-77aa","header":"x","query":"y"}""", "/body/header")]
    [InlineData("api_key", """{"value":"MARKER-77aa","header":"x y"}""", "/body/header")]
    [InlineData("api_key", """{"value":"MARKER-77aa\r\nx: y","header":"x"}""", "/body/value")]
    [InlineData("client_certificate", """{"certificate":"MARKER-77aa","privateKey":"x"}""", "/body/certificate")]
    [InlineData("raw", """["MARKER-77aa"]""", "body")]
    [InlineData("none", """{"a":"MARKER-77aa"}""", "kind")]
    public async Task A_body_that_its_kind_does_not_allow_is_refused_by_field(string kind, string body, string field)
    {
        var answer = await CreateAsync($"bad-{Guid.NewGuid()}", kind, body);
        answer.MustBe(422, "invalid").MustNameField(field);
        Assert.DoesNotContain(Marker, answer.Text);
    }

    [Theory]
    [InlineData("basic", """{"username":"a","password":"MARKER-77aa","baseUrl":"https://example.org"}""")]
    [InlineData("bearer", """{"access_token":"MARKER-77aa"}""")]
    [InlineData("api_key", """{"header":"X-Api-Key","value":"MARKER-77aa"}""")]
    [InlineData("api_key", """{"query":"key","value":"MARKER-77aa ü"}""")]
    public async Task Job_code_gets_the_body_as_it_is(string kind, string body)
    {
        var created = (await CreateAsync($"good-{Guid.NewGuid()}", kind, body)).MustBe(HttpStatusCode.Created);
        Assert.Equal((kind, kind), (created["kind"], created["schema"]));
        Assert.Equal(body, await _node.ConfigurationAsync(created.Id));
    }

    [Fact]
    public async Task A_kind_stays_as_it_is()
    {
        var id = (await CreateAsync("stays", "basic", """{"username":"a","password":"b"}""")).MustBe(HttpStatusCode.Created).Id;
        (await _node.Client.CallAsync(HttpMethod.Put, $"/v1/credentials/{id}", """{"name":"stays","kind":"bearer"}""")).MustBe(422, "invalid").MustNameField("kind");
        (await _node.Client.CallAsync(HttpMethod.Put, $"/v1/credentials/{id}", """{"name":"stays","body":{"username":"a"}}""")).MustBe(422, "invalid").MustNameField("/body/password");
    }

    [Fact]
    public async Task A_certificate_is_told_by_its_end_and_handed_out_as_TLS_options()
    {
        var (certificate, key, end) = Make(TimeSpan.FromDays(30));
        var created = (await CreateAsync("mtls", "client_certificate", Body(certificate, key))).MustBe(HttpStatusCode.Created);
        Assert.Equal(end, created.Json.GetProperty("expiresAt").GetDateTimeOffset());

        using var configuration = JsonDocument.Parse(await _node.ConfigurationAsync(created.Id));
        Assert.Equal(certificate, configuration.RootElement.GetProperty("tls").GetProperty("cert").GetString());
        Assert.Equal(key, configuration.RootElement.GetProperty("tls").GetProperty("key").GetString());
        Assert.False(configuration.RootElement.TryGetProperty("privateKey", out _));
    }

    [Fact]
    public async Task A_certificate_needs_its_own_key_and_time_left()
    {
        var (certificate, key, _) = Make(TimeSpan.FromDays(30));
        var (_, other, _) = Make(TimeSpan.FromDays(30));
        var (old, oldKey, _) = Make(TimeSpan.FromDays(-1));
        (await CreateAsync("mixed", "client_certificate", Body(certificate, other))).MustBe(422, "invalid").MustNameField("/body/privateKey");
        (await CreateAsync("old", "client_certificate", Body(old, oldKey))).MustBe(422, "invalid").MustNameField("/body/certificate");
        (await CreateAsync("ca", "client_certificate", Body(certificate, key, "no PEM"))).MustBe(422, "invalid").MustNameField("/body/ca");
    }

    [Fact]
    public void Every_kind_has_a_configuration() =>
        Assert.All(Enum.GetValues<CredentialKind>(), static kind => Assert.NotEmpty(Configurations.Of(kind, "{}"u8.ToArray())));

    private static string Body(string certificate, string privateKey, string? ca = null) =>
        JsonSerializer.Serialize(new { certificate, privateKey, ca });

    private static (string Certificate, string Key, DateTimeOffset End) Make(TimeSpan left)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=client", key, HashAlgorithmName.SHA256);
        var now = DateTimeOffset.UtcNow;
        using var certificate = request.CreateSelfSigned(now.AddDays(-10), now + left);
        return (certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem(), certificate.NotAfter.ToUniversalTime());
    }

    private Task<Answer> CreateAsync(string name, string kind, string body) =>
        _node.Client.PostAsync("/v1/credentials", $$"""{"name":"{{name}}","kind":"{{kind}}","body":{{body}}}""");
}
