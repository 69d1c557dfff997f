using System.Security.Cryptography;
using Actors.Instance;
using Api.Accounts;
using Api.Hosting;
using Cluster.Sealing;

namespace Api.Tests.Accounts;

public sealed class PasswordTests
{
    private static readonly Person s_dana = new("Dana Marsh", "dana.marsh@example.org");
    private readonly RootKey _root = new(RandomNumberGenerator.GetBytes(DataKey.Bytes));

    [Theory]
    [InlineData("amber-window-42-geese")]
    [InlineData("Цветы-растут-в-саду-тихо")]
    [InlineData("春の海ひねもすのたりのたりかな")]
    [InlineData("correct horse battery staple")]
    public void A_long_password_that_is_not_common_is_taken(string password) => Assert.Null(Check(password));

    [Fact]
    public void A_password_may_have_128_characters_and_more()
    {
        Assert.Null(Check(Random(128)));
        Assert.Null(Check(Random(1_024)));
    }

    [Theory]
    [InlineData(null, "invalid")]
    [InlineData("", "invalid")]
    [InlineData("fourteen-chars", "invalid")]
    [InlineData("Password1234567", "common_password")]
    [InlineData("P@ssw0rd12345678", "common_password")]
    [InlineData("passwordpasswordpassword", "common_password")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaa", "common_password")]
    [InlineData("qwertyuiopasdfgh", "common_password")]
    [InlineData("x7-dana.marsh-q9-lamp", "password_names_owner")]
    [InlineData("lamp-CLUSTER-19-geese", "password_names_owner")]
    public void A_weak_password_is_refused_by_name_of_the_rule(string? password, string code) =>
        Assert.Equal(code, Check(password)?.Document.Code);

    [Fact]
    public void What_is_too_long_or_no_text_is_refused()
    {
        Assert.Equal("invalid", Check(Random(1_025))?.Document.Code);
        Assert.Equal("invalid", Check(new string('x', 100_000))?.Document.Code);
        Assert.Equal("invalid", Check("half-a-pair-\ud83d-of-surrogates")?.Document.Code);
        Assert.Equal("common_password", Check(new string('a', 1_000))?.Document.Code);
    }

    [Fact]
    public void A_hash_fits_its_password_only_and_names_its_cost()
    {
        var hashes = Hashes();
        var hash = hashes.Hash("amber-window-42-geese");
        Assert.Equal(new PasswordVerdict(true, null), hashes.Verify(hash, "amber-window-42-geese"));
        Assert.Equal(PasswordVerdict.Wrong, hashes.Verify(hash, "amber-window-42-geesf"));
        Assert.Equal(PasswordVerdict.Wrong, hashes.Verify(null, "amber-window-42-geese"));
        Assert.Equal(PasswordVerdict.Wrong, hashes.Verify(hash, null));
        Assert.Equal(PasswordVerdict.Wrong, hashes.Verify("pbkdf2-hmac:0000000000000000:" + hash.Split(':')[2], "amber-window-42-geese"));
        Assert.DoesNotContain("geese", hash);
    }

    [Fact]
    public void A_hash_below_the_present_cost_is_made_anew()
    {
        var old = Hashes().Hash("amber-window-42-geese");
        var dearer = Hashes(PasswordSettings.MinIterations + 1);
        var verdict = dearer.Verify(old, "amber-window-42-geese");
        Assert.True(verdict.Fits);
        Assert.Equal(new PasswordVerdict(true, null), dearer.Verify(verdict.Rehashed, "amber-window-42-geese"));
    }

    [Fact]
    public void The_length_counts_code_points() =>
        Assert.Equal(15, PasswordText.Length("\ud83d\ude00" + new string('x', 14)));

    [Fact]
    public async Task Who_comes_when_too_many_wait_is_turned_away()
    {
        var settings = Settings(PasswordSettings.MinIterations);
        settings = settings with { Accounts = settings.Accounts with { Passwords = new PasswordSettings(PasswordSettings.MinIterations, 1, 1) } };
        using var passwords = new Passwords(Hashes(), settings);
        var asked = Enumerable.Range(0, 6).Select(_ => passwords.HashAsync("amber-window-42-geese", CancellationToken.None)).ToArray();
        var hashes = await Task.WhenAll(asked);
        Assert.Equal(2, hashes.Count(hash => hash is not null));
    }

    private static Api.Problems.Problem? Check(string? password) => PasswordRules.Check("password", password, s_dana, InstanceSettings.Default.PasswordMinLength);

    private static string Random(int length)
    {
        var random = new Random(7);
        return string.Concat(Enumerable.Range(0, length).Select(_ => (char)random.Next('!', '~')));
    }

    private PasswordHashes Hashes(int iterations = PasswordSettings.MinIterations) =>
        new(_root, Settings(iterations));

    private static NodeSettings Settings(int iterations) => NodeSettings.Default with
    {
        Accounts = AccountSettings.Default with { Passwords = PasswordSettings.Default with { Iterations = iterations } },
    };
}
