using System.Collections.Immutable;
using System.Net;
using Actors.Accounts;
using Actors.Users;
using Api.Accounts;
using Api.Tests.Fixtures;
using Cluster.Entities;
using Microsoft.Extensions.DependencyInjection;

namespace Api.Tests.Members;

/// <summary>A node on which everybody may create projects, and users are made without the cost of hashing passwords.</summary>
public sealed class MemberNode : IAsyncLifetime
{
    private TestNode _node = null!;

    public TestNode Node => _node;

    public async Task InitializeAsync()
    {
        _node = await TestNode.StartAsync();
        (await _node.Client.CallAsync(HttpMethod.Patch, "/v1/instance/settings", """{"allowProjectCreation":true}""", ifMatch: "*"))
            .MustBe(HttpStatusCode.OK);
    }

    public async Task DisposeAsync() => await _node.DisposeAsync();

    /// <summary>A user with an account and a token.</summary>
    internal async Task<TestUser> UserAsync(string name, bool isSuperUser = false, bool hasMfa = false, string? email = null)
    {
        var id = _node.Entities.NewLocalId();
        email ??= $"{name}-{id:N}@example.org";
        var (users, people) = (_node.Services.GetRequiredService<Users>(), _node.Services.GetRequiredService<People>());
        Done(await users.AskAsync(id, new UserCommand.Create(await people.SealAsync(id, new Person(name, email), CancellationToken.None), null), CancellationToken.None));
        Done(await users.AskRegisterAsync(new AccountsCommand.Create(id, people.EmailKey(email), isSuperUser), CancellationToken.None));
        return new TestUser(id, email, await ClientAsync(id, hasMfa, null));
    }

    /// <summary>The same user with a token for these projects alone.</summary>
    internal async Task<TestUser> LimitedAsync(TestUser user, params Guid[] projects) =>
        user with { Client = await ClientAsync(user.Id, false, [.. projects]) };

    private async Task<HttpClient> ClientAsync(Guid userId, bool hasMfa, ImmutableArray<Guid>? projects)
    {
        var token = OpaqueToken.New(OpaqueToken.Api);
        var create = new UserCommand.CreateToken(
            Guid.NewGuid(), "test", OpaqueToken.Hash(token), token[..12], new TokenScope(null, projects, null), hasMfa,
            DateTimeOffset.UtcNow.AddDays(1));
        Done(await _node.Services.GetRequiredService<Users>().AskAsync(userId, create, CancellationToken.None));
        return _node.As(token);
    }

    private static void Done(Outcome outcome) => Assert.IsType<Outcome.Replied>(outcome);
}

internal sealed record TestUser(Guid Id, string Email, HttpClient Client)
{
    public async Task<Guid> ProjectAsync(string name = "demo", string more = "") =>
        (await Client.PostAsync("/v1/projects", $$"""{"name":"{{name}}"{{more}}}""")).MustBe(HttpStatusCode.Created).Id;

    public async Task AddAsync(Guid project, TestUser other, string role = "editor") =>
        (await Client.PostAsync($"/v1/projects/{project}/members", $$"""{"userId":"{{other.Id}}","role":"{{role}}"}"""))
            .MustBe(HttpStatusCode.Created);
}
