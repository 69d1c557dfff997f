using System.Text;
using Api.Accounts.SecondFactors;

namespace Api.Tests.Accounts;

public sealed class TotpTests
{
    private static readonly byte[] s_secret = Encoding.ASCII.GetBytes("12345678901234567890");

    /// <summary>RFC 6238, appendix B: the last six of its eight digits.</summary>
    [Theory]
    [InlineData(59, "287082")]
    [InlineData(1_111_111_109, "081804")]
    [InlineData(1_111_111_111, "050471")]
    [InlineData(1_234_567_890, "005924")]
    [InlineData(2_000_000_000, "279037")]
    [InlineData(20_000_000_000, "353130")]
    public void Codes_are_those_of_the_standard(long seconds, string code)
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(seconds);
        Assert.Equal(code, Totp.Code(s_secret, Totp.StepOf(now)));
        Assert.Equal(seconds / 30, Totp.Find(s_secret, code, now));
    }

    [Theory]
    [InlineData(-2, false)]
    [InlineData(-1, true)]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public void One_step_before_and_after_is_accepted(int steps, bool isAccepted)
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);
        var step = Totp.StepOf(now) + steps;
        Assert.Equal(isAccepted ? step : null, Totp.Find(s_secret, Totp.Code(s_secret, step), now));
    }

    [Theory]
    [InlineData("")]
    [InlineData("12345")]
    [InlineData("1234567")]
    [InlineData("28708x")]
    [InlineData("٢٨٧٠٨٢")]
    public void What_is_no_code_is_refused(string code) =>
        Assert.Null(Totp.Find(s_secret, code, DateTimeOffset.FromUnixTimeSeconds(59)));

    /// <summary>RFC 4648, 10.</summary>
    [Theory]
    [InlineData("", "")]
    [InlineData("f", "MY")]
    [InlineData("fo", "MZXQ")]
    [InlineData("foo", "MZXW6")]
    [InlineData("foob", "MZXW6YQ")]
    [InlineData("fooba", "MZXW6YTB")]
    [InlineData("foobar", "MZXW6YTBOI")]
    public void Base32_is_that_of_the_standard(string text, string encoded) => Assert.Equal(encoded, Base32.Encode(Encoding.ASCII.GetBytes(text)));
}
