using System.Runtime.Versioning;
using System.Text.Json.Nodes;
using Api.Hosting;
using Api.Security;
using Api.Workers.OpenFn;
using Cluster.Kit;
using Kit;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Api.Tests.Workers;

[UnsupportedOSPlatform("windows")]
public sealed class RunTokenTests : IDisposable
{
    private static readonly Guid Run = Guid.Parse("0199a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b");
    private readonly TempFolder _folder = new();
    private readonly ManualTime _time = new();
    private readonly NodeSettings _settings;

    public RunTokenTests() => _settings = NodeSettings.Default with { KeysDir = _folder.File("keys") };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_token_holds_what_openfn_s_worker_looks_for()
    {
        var keys = new RunTokenKeys(_settings, _time);
        var token = new RunTokens(keys, _time).Issue(Run, 3, TimeSpan.FromMinutes(5));
        var parts = token.Split('.').Take(2).Select(part => JsonNode.Parse(Base64UrlEncoder.DecodeBytes(part))!).ToArray();
        var now = _time.GetUtcNow().ToUnixTimeSeconds();

        Assert.Equal(("RS256", keys.Current.Id), ((string?)parts[0]["alg"], (string?)parts[0]["kid"]));
        Assert.Equal(
            ("Lightning", Run.ToString(), $"run:{Run}", now, now + 300 + 3_600, 3),
            ((string?)parts[1]["iss"], (string?)parts[1]["id"], (string?)parts[1]["sub"], (long)parts[1]["nbf"]!, (long)parts[1]["exp"]!, (int)parts[1]["attempt"]!));
        Assert.Equal(3, await new RunTokens(keys, _time).VerifyAsync(token, Run));
    }

    [Fact]
    public async Task It_is_good_for_its_run_and_its_time_alone()
    {
        var tokens = new RunTokens(new RunTokenKeys(_settings, _time), _time);
        var token = tokens.Issue(Run, 1, TimeSpan.FromMinutes(5));

        Assert.Null(await tokens.VerifyAsync(token, Guid.NewGuid()));
        Assert.Null(await tokens.VerifyAsync(null, Run));
        Assert.Null(await tokens.VerifyAsync("x.y.z", Run));
        Assert.Null(await tokens.VerifyAsync(new string('a', 100_000), Run));
        Assert.Null(await tokens.VerifyAsync(token.Split('.')[0] + "." + token.Split('.')[1] + ".", Run));
        _time.Advance(TimeSpan.FromMinutes(64));
        Assert.Equal(1, await tokens.VerifyAsync(token, Run));
        _time.Advance(TimeSpan.FromMinutes(2));
        Assert.Null(await tokens.VerifyAsync(token, Run));
    }

    [Theory]
    [InlineData("iss", null)]
    [InlineData("iss", "Thunder")]
    [InlineData("id", null)]
    [InlineData("id", "7")]
    [InlineData("sub", null)]
    [InlineData("sub", "user:7")]
    [InlineData("attempt", null)]
    [InlineData("attempt", "one")]
    public async Task Every_claim_has_to_be_there_and_right(string claim, string? value)
    {
        var keys = new RunTokenKeys(_settings, _time);
        var now = _time.GetUtcNow().ToUnixTimeSeconds();
        var claims = new JsonObject
        {
            ["iss"] = "Lightning",
            ["id"] = Run.ToString(),
            ["sub"] = $"run:{Run}",
            ["nbf"] = now,
            ["exp"] = now + 60,
            ["attempt"] = 1,
        };
        Assert.Equal(1, await new RunTokens(keys, _time).VerifyAsync(Sign(keys, claims), Run));

        claims.Remove(claim);
        if (value is not null) claims[claim] = value;

        Assert.Null(await new RunTokens(keys, _time).VerifyAsync(Sign(keys, claims), Run));
    }

    [Theory]
    [InlineData("nbf", null)]
    [InlineData("exp", null)]
    [InlineData("nbf", 6L)]
    [InlineData("exp", 0L)]
    public async Task Its_times_have_to_be_there_and_now(string claim, long? offset)
    {
        var keys = new RunTokenKeys(_settings, _time);
        var now = _time.GetUtcNow().ToUnixTimeSeconds();
        var claims = new JsonObject
        {
            ["iss"] = "Lightning",
            ["id"] = Run.ToString(),
            ["sub"] = $"run:{Run}",
            ["nbf"] = now + 4,
            ["exp"] = now + 60,
            ["attempt"] = 1,
        };
        Assert.Equal(1, await new RunTokens(keys, _time).VerifyAsync(Sign(keys, claims), Run));

        claims.Remove(claim);
        if (offset is { } seconds) claims[claim] = now + seconds;

        Assert.Null(await new RunTokens(keys, _time).VerifyAsync(Sign(keys, claims), Run));
    }

    [Fact]
    public async Task A_new_key_is_found_and_the_one_before_is_believed_until_the_next_change()
    {
        var tokens = new RunTokens(new RunTokenKeys(_settings, _time), _time);
        var first = tokens.Issue(Run, 1, TimeSpan.FromMinutes(5));
        _time.Advance(TimeSpan.FromSeconds(2));

        RunTokenKeys.Rotate(_settings);
        var other = new RunTokens(new RunTokenKeys(_settings, _time), _time);
        var second = other.Issue(Run, 2, TimeSpan.FromMinutes(5));

        Assert.Equal(1, await other.VerifyAsync(first, Run));
        Assert.Equal(2, await tokens.VerifyAsync(second, Run));
        RunTokenKeys.Rotate(_settings);
        var last = new RunTokens(new RunTokenKeys(_settings, _time), _time);
        Assert.Null(await last.VerifyAsync(first, Run));
        Assert.Equal(2, await last.VerifyAsync(second, Run));
    }

    [Fact]
    public void The_folder_is_read_again_at_most_once_a_second()
    {
        var keys = new RunTokenKeys(_settings, _time);
        RunTokenKeys.Rotate(_settings);
        var made = new RunTokenKeys(_settings, _time).Current.Id;

        Assert.Null(keys.Find(made));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(made, keys.Find(made)!.Id);
        Assert.Null(keys.Find("nobody's"));
    }

    [Fact]
    public void The_key_is_for_the_node_alone_and_the_public_part_beside_it()
    {
        var keys = new RunTokenKeys(_settings, _time);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder.File("keys/run-token.key")));
        Assert.StartsWith("-----BEGIN PRIVATE KEY-----", File.ReadAllText(_folder.File("keys/run-token.key")));
        Assert.Equal(keys.Current.Key.ExportSubjectPublicKeyInfoPem(), File.ReadAllText(_folder.File("keys/run-token.pub")).Trim());
        Assert.Equal(keys.Current.Id, new RunTokenKeys(_settings, _time).Current.Id);
        File.WriteAllText(_folder.File("keys/run-token.key"), "no key");
        Assert.Throws<KeyRefusedException>(() => new RunTokenKeys(_settings, _time));
    }

    [Fact]
    public async Task The_command_changes_the_key()
    {
        var output = new StringWriter();
        var before = new RunTokenKeys(_settings, _time).Current.Id;

        Assert.Equal(1, await KeyCommands.RunAsync(["keys", "renew"], _settings, null, output));
        Assert.Equal(before, new RunTokenKeys(_settings, _time).Current.Id);
        Assert.Equal(0, await KeyCommands.RunAsync(["keys", "rotate", "run-token"], _settings, null, output));
        Assert.NotEqual(before, new RunTokenKeys(_settings, _time).Current.Id);
    }

    private static string Sign(RunTokenKeys keys, JsonObject claims) => new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(
        claims.ToJsonString(),
        new SigningCredentials(new RsaSecurityKey(keys.Current.Key) { KeyId = keys.Current.Id }, SecurityAlgorithms.RsaSha256));
}
