using Actors;
using Actors.Accounts;
using Actors.Users;
using Api.Accounts;
using Cluster.Entities;
using Microsoft.Extensions.DependencyInjection;

namespace Api.Tests.Fixtures;

/// <summary>Users made through their entities, without the cost of a password: they speak with an API token.</summary>
internal static class TestPeople
{
    public static async Task<TestPerson> PersonAsync(this TestNode node, string name, bool isSuperUser = false, bool hasMfa = false, string? email = null)
    {
        var (people, id) = (node.Services.GetRequiredService<People>(), node.Entities.NewLocalId());
        email ??= $"{name}-{id:N}@example.org";
        Done(await node.Entities.AskAsync(User(id), new UserCommand.Create(await people.SealAsync(id, new Person(name, email), default), "no password"), default));
        Done(await node.Entities.AskAsync(AccountsBehavior.Entity, new AccountsCommand.Create(id, people.EmailKey(email), isSuperUser), default));
        return new TestPerson(node, id, email, await TokenAsync(node, id, hasMfa));
    }

    /// <summary>A token of the user, narrowed; good for an hour unless it says otherwise.</summary>
    public static async Task<string> TokenAsync(
        TestNode node, Guid userId, bool hasMfa = false, TokenScope? scope = null, TimeSpan? lifetime = null)
    {
        var token = OpaqueToken.New(OpaqueToken.Api);
        var command = new UserCommand.CreateToken(
            Guid.NewGuid(), "test", OpaqueToken.Hash(token), token[..12], scope ?? new TokenScope(null, null, null), hasMfa,
            DateTimeOffset.UtcNow + (lifetime ?? TimeSpan.FromHours(1)));
        Done(await node.Entities.AskAsync(User(userId), command, default));
        return token;
    }

    private static EntityRef User(Guid id) => new(EntityTypes.User, id);

    private static void Done(Outcome outcome) => Assert.IsType<Outcome.Replied>(outcome);
}

/// <summary>A user and how they speak to the node.</summary>
internal sealed record TestPerson(TestNode Node, Guid Id, string Email, string Token)
{
    public HttpClient Client { get; } = Node.As(Token);

    /// <summary>The same user with another token.</summary>
    public async Task<TestPerson> WithAsync(TokenScope? scope = null, bool hasMfa = false, TimeSpan? lifetime = null) =>
        new(Node, Id, Email, await TestPeople.TokenAsync(Node, Id, hasMfa, scope, lifetime));

    public async Task<Guid> ProjectAsync(string name = "demo", string more = "") =>
        (await Client.PostAsync("/v1/projects", $$"""{"name":"{{name}}"{{more}}}""")).MustBe(System.Net.HttpStatusCode.Created).Id;

    public async Task AddAsync(Guid project, TestPerson other, string role = "editor", string more = "") =>
        (await Client.PostAsync($"/v1/projects/{project}/members", $$"""{"userId":"{{other.Id}}","role":"{{role}}"{{more}}}"""))
            .MustBe(System.Net.HttpStatusCode.Created);
}
