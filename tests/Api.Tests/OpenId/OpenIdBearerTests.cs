using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Api.OpenId;
using Api.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Api.Tests.OpenId;

/// <summary>Tokens of the provider on the API, and what is not one (ASVS 5.0, 9.1 and 9.2).</summary>
public sealed class OpenIdBearerTests(OpenIdSite site) : IClassFixture<OpenIdSite>
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_token_of_the_provider_is_good_once_its_person_has_signed_in()
    {
        var linked = await LinkedAsync();
        (await MeAsync(Token(sub: "never-here"))).MustBe(401, "unauthorized");
        (await MeAsync(linked)).MustBe(HttpStatusCode.OK);
        (await MeAsync(Token(type: "JWT"))).MustBe(HttpStatusCode.OK);
    }

    /// <summary>As an app gets it for the API as a resource (RFC 8707, 9068).</summary>
    [Fact]
    public async Task A_token_that_the_provider_made_is_good()
    {
        await LinkedAsync();
        var verifier = new string('v', 43);
        var challenge = Base64UrlEncoder.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)));
        var back = await site.Provider.SignInAsync(
            $"{site.Provider.Issuer}/auth?client_id=app&response_type=code&scope=openid&resource={ProviderProcess.Audience}&state=s"
            + $"&redirect_uri={Uri.EscapeDataString(ProviderProcess.RedirectUri)}&code_challenge={challenge}&code_challenge_method=S256",
            "root");
        using var client = new HttpClient();
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "authorization_code",
            ["client_id"] = "app",
            ["client_secret"] = "secret-of-app",
            ["code_verifier"] = verifier,
            ["code"] = System.Web.HttpUtility.ParseQueryString(back.Query)["code"]!,
            ["redirect_uri"] = ProviderProcess.RedirectUri,
            ["resource"] = ProviderProcess.Audience,
        });
        using var answer = await client.PostAsync(new Uri(site.Provider.Issuer + "/token"), form);
        using var tokens = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());

        (await MeAsync(tokens.RootElement.GetProperty("access_token").GetString()!)).MustBe(HttpStatusCode.OK);
        (await MeAsync(tokens.RootElement.GetProperty("id_token").GetString()!)).MustBe(401, "unauthorized");
    }

    public static TheoryData<string> Bad() =>
    [
        "alg none", "no signature", "HS256 with the public key", "another key", "another key of the same id", "another issuer", "another audience", "no audience",
        "expired", "not yet", "no expiry", "an ID token", "a type of its own", "a changed body", "a key of the token itself", "a critical extension", "two dots",
    ];

    [Theory]
    [MemberData(nameof(Bad))]
    public async Task What_is_wrong_with_a_token_is_seen(string what)
    {
        (await MeAsync(await LinkedAsync())).MustBe(HttpStatusCode.OK);
        (await MeAsync(Made(what))).MustBe(401, "unauthorized");
    }

    [Fact]
    public async Task An_id_token_is_of_one_sign_in_and_one_client()
    {
        var ids = site.Node.Services.GetRequiredService<IdTokens>();
        var provider = (await site.Node.Services.GetRequiredService<OpenIdPolicy>().ReadAsync()).Provider!;

        Assert.NotNull(await CheckAsync(Id(nonce: "n")));
        Assert.Null(await CheckAsync(Id(nonce: "m")));
        Assert.Null(await CheckAsync(Id(nonce: null)));
        Assert.Null(await CheckAsync(Id(audience: "app")));
        Assert.Null(await CheckAsync(Id(also: ("azp", "app"))));
        Assert.Null(await CheckAsync(Id(also: ("at_hash", "AAAA"))));
        Assert.Null(await CheckAsync(Token()));
        Assert.NotNull(await CheckAsync(Id(also: ("at_hash", Base64UrlEncoder.Encode(SHA256.HashData("access"u8)[..16])))));

        Task<JsonWebToken?> CheckAsync(string token) => ids.CheckAsync(provider, new CodeTokens(token, "access"), "n", CancellationToken.None);

        string Id(string? nonce = "n", string audience = "cluster", (string, string)? also = null)
        {
            var claims = new Dictionary<string, object>();
            if (nonce is not null) claims["nonce"] = nonce;
            if (also is var (name, value)) claims[name] = value;
            return Token(type: "JWT", audience: audience, claims: claims);
        }
    }

    [Theory]
    [InlineData("""{"amr":["pwd","mfa"]}""", true)]
    [InlineData("""{"acr":"mfa"}""", true)]
    [InlineData("""{"amr":["pwd"],"acr":"1"}""", false)]
    [InlineData("""{"amr":"mfa"}""", false)]
    [InlineData("""{}""", false)]
    public void A_second_factor_is_what_the_operator_has_named(string claims, bool stands)
    {
        using var json = JsonDocument.Parse(claims);
        Assert.Equal(stands, MfaClaims.Stand(json.RootElement, ["mfa"]));
        Assert.False(MfaClaims.Stand(json.RootElement, []));
    }

    [Fact]
    public async Task A_key_that_was_replaced_stops_and_the_new_one_works()
    {
        var old = await LinkedAsync();
        (await MeAsync(old)).MustBe(HttpStatusCode.OK);
        await site.Provider.RotateAsync($"key-{Guid.NewGuid():N}");

        using var limit = new CancellationTokenSource(s_patience);
        while ((await MeAsync(Token())).Status != HttpStatusCode.OK) await Task.Delay(100, limit.Token);
        (await MeAsync(old)).MustBe(401, "unauthorized");
        (await site.SignInAsync("root")).MustBe(HttpStatusCode.Created);
    }

    private string Made(string what)
    {
        var good = Token().Split('.');
        var claims = good[1];
        return what switch
        {
            "alg none" => $"{Part("""{"alg":"none","typ":"at+jwt"}""")}.{claims}.",
            "no signature" => $"{good[0]}.{claims}.",
            "HS256 with the public key" => Hashed(claims),
            "another key" => Token(key: new RsaSecurityKey(RSA.Create(2048)) { KeyId = "other" }),
            "another key of the same id" => Token(key: new RsaSecurityKey(RSA.Create(2048)) { KeyId = site.Provider.Key.Kid }),
            "another issuer" => Token(issuer: "https://elsewhere.example"),
            "another audience" => Token(audience: "urn:other"),
            "no audience" => Token(audience: null),
            "expired" => Token(expires: DateTime.UtcNow.AddMinutes(-5)),
            "not yet" => Token(notBefore: DateTime.UtcNow.AddMinutes(5)),
            "no expiry" => Without("exp"),
            "an ID token" => Token(type: "JWT", audience: "cluster", claims: new() { ["nonce"] = "n" }),
            "a type of its own" => Token(type: "logout+jwt"),
            "a changed body" => $"{good[0]}.{Part(Base64UrlEncoder.Decode(claims).Replace("root", "dana", StringComparison.Ordinal))}.{good[2]}",
            "a key of the token itself" => WithOwnKey(claims),
            "a critical extension" => Signed("""{"alg":"RS256","typ":"at+jwt","crit":["x"],"x":1}""", claims, site.Provider.Key),
            _ => "a.b.c",
        };
    }

    private string Token(
        string sub = "root", string? audience = ProviderProcess.Audience, string? issuer = null, string type = "at+jwt", DateTime? expires = null,
        DateTime? notBefore = null, SecurityKey? key = null, Dictionary<string, object>? claims = null)
    {
        var all = new Dictionary<string, object>(claims ?? []) { ["sub"] = sub };
        return new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = issuer ?? site.Provider.Issuer,
            Audience = audience,
            Expires = expires ?? DateTime.UtcNow.AddMinutes(10),
            NotBefore = notBefore ?? DateTime.UtcNow.AddMinutes(-10),
            IssuedAt = DateTime.UtcNow.AddMinutes(-10),
            TokenType = type,
            Claims = all,
            SigningCredentials = new SigningCredentials(key ?? site.Provider.Key, SecurityAlgorithms.RsaSha256),
        });
    }

    private string Without(string claim)
    {
        var claims = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(Base64UrlEncoder.Decode(Token().Split('.')[1]))!;
        claims.Remove(claim);
        return Signed("""{"alg":"RS256","typ":"at+jwt"}""", Part(JsonSerializer.Serialize(claims)), site.Provider.Key);
    }

    private string Hashed(string claims)
    {
        var text = $"{Part($$"""{"alg":"HS256","typ":"at+jwt","kid":"{{site.Provider.Key.Kid}}"}""")}.{claims}";
        using var rsa = Rsa(site.Provider.Key);
        var secret = Encoding.ASCII.GetBytes(rsa.ExportSubjectPublicKeyInfoPem());
        return $"{text}.{Base64UrlEncoder.Encode(HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes(text)))}";
    }

    private string WithOwnKey(string claims)
    {
        using var own = RSA.Create(2048);
        var jwk = JsonWebKeyConverter.ConvertFromRSASecurityKey(new RsaSecurityKey(own.ExportParameters(true)));
        var header = $$$"""{"alg":"RS256","typ":"at+jwt","kid":"{{{site.Provider.Key.Kid}}}","jwk":{"kty":"RSA","n":"{{{jwk.N}}}","e":"{{{jwk.E}}}"}}""";
        return Signed(header, claims, jwk);
    }

    private static string Signed(string header, string claims, JsonWebKey key)
    {
        var text = $"{Part(header)}.{claims}";
        using var rsa = Rsa(key);
        return $"{text}.{Base64UrlEncoder.Encode(rsa.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}";
    }

    private static RSA Rsa(JsonWebKey key) => RSA.Create(new RSAParameters
    {
        Modulus = Base64UrlEncoder.DecodeBytes(key.N),
        Exponent = Base64UrlEncoder.DecodeBytes(key.E),
        D = Base64UrlEncoder.DecodeBytes(key.D),
        P = Base64UrlEncoder.DecodeBytes(key.P),
        Q = Base64UrlEncoder.DecodeBytes(key.Q),
        DP = Base64UrlEncoder.DecodeBytes(key.DP),
        DQ = Base64UrlEncoder.DecodeBytes(key.DQ),
        InverseQ = Base64UrlEncoder.DecodeBytes(key.QI),
    });

    private static string Part(string json) => Base64UrlEncoder.Encode(json);

    private async Task<string> LinkedAsync()
    {
        (await site.SignInAsync("root")).MustBe(HttpStatusCode.Created);
        return Token();
    }

    private async Task<Answer> MeAsync(string token)
    {
        using var client = site.Node.As(token);
        return await client.GetAsync("/v1/users/me", null);
    }
}
