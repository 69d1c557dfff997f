using Api.Accounts;
using Api.Tests.Fixtures;
using Cluster.Kit;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Api.Tests.Accounts;

public sealed class SameWorkTests
{
    /// <summary>Reads of the store. The rest is a hash, of which there is no way around: <see cref="SignIn"/> has one call of it.</summary>
    [Fact]
    public async Task An_unknown_user_costs_what_a_wrong_password_does()
    {
        var reads = new BrokenReads();
        await using var node = await TestNode.StartAsync(services: reads.Decorate);
        var signIn = node.Services.GetRequiredService<SignIn>();
        var works = new List<int>();
        foreach (var email in (string[])[FirstUser.Email, "nobody@example.org", "no address at all"])
        {
            works.Add(await reads.CountAsync(async () =>
            {
                var (tokens, problem) = await signIn.SignInAsync(
                    email, "wrong-password-here", null, new DefaultHttpContext { RequestServices = node.Services });
                Assert.Equal("sign_in_failed", problem!.Document.Code);
                Assert.Null(tokens);
            }));
        }

        Assert.True(works[0] > 0);
        Assert.All(works, work => Assert.Equal(works[0], work));
    }
}
