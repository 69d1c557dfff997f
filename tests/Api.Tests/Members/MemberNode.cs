using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Api.Accounts;
using Api.Projects;
using Api.Security;
using Api.Tests.Fixtures;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Api.Tests.Members;

/// <summary>A node whose callers are known by a header: what routes do for whom, without how people sign in.</summary>
public sealed class MemberNode : IAsyncLifetime
{
    private const string Header = "x-caller";
    private readonly KnownPeople _people = new();
    private readonly ConcurrentDictionary<string, Caller> _callers = new();
    private TestNode _node = null!;

    public TestNode Node => _node;

    public async Task InitializeAsync() => _node = await TestNode.StartAsync(services: services =>
        services.AddSingleton<IPeople>(_people).AddSingleton<IStartupFilter>(new CallerFromHeader(_callers)));

    public async Task DisposeAsync() => await _node.DisposeAsync();

    /// <summary>A user with an account.</summary>
    internal TestUser User(string name, bool isSuperUser = false, bool hasMfa = false)
    {
        var id = Guid.NewGuid();
        _callers[id.ToString()] = new Caller(CallerKind.Session, id, Guid.NewGuid(), isSuperUser, hasMfa, null);
        var email = $"{name}-{id:N}@example.org";
        _people.Known[id] = new Person(name, email);
        var client = new HttpClient { BaseAddress = _node.Client.BaseAddress };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", _node.Token);
        client.DefaultRequestHeaders.Add(Header, id.ToString());
        return new TestUser(id, email, client);
    }

    /// <summary>The user's address is now as it says.</summary>
    internal void Rename(TestUser user) => _people.Known[user.Id] = _people.Known[user.Id] with { Email = user.Email };

    /// <summary>The same user with a token for these projects alone.</summary>
    internal TestUser Limited(TestUser user, params Guid[] projects)
    {
        var key = Guid.NewGuid().ToString();
        _callers[key] = new Caller(
            CallerKind.ApiToken, user.Id, Guid.NewGuid(), false, false, new TokenLimits(null, projects.ToImmutableHashSet(), null));
        var client = new HttpClient { BaseAddress = _node.Client.BaseAddress };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", _node.Token);
        client.DefaultRequestHeaders.Add(Header, key);
        return user with { Client = client };
    }

    private sealed class CallerFromHeader(ConcurrentDictionary<string, Caller> callers) : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use((context, rest) =>
            {
                if (callers.TryGetValue(context.Request.Headers[Header].ToString(), out var caller)) context.Features.Set(caller);
                return rest(context);
            });
            next(app);
        };
    }

    private sealed class KnownPeople : IPeople
    {
        public ConcurrentDictionary<Guid, Person> Known { get; } = new();

        public Task<Guid?> FindAsync(string email, CancellationToken cancellationToken) => Task.FromResult<Guid?>(
            Known.Where(pair => pair.Value.Email == email).Select(static pair => (Guid?)pair.Key).FirstOrDefault());

        public Task<IReadOnlyDictionary<Guid, Person>> ShowAsync(IReadOnlyCollection<Guid> userIds, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyDictionary<Guid, Person>>(
                Known.Where(pair => userIds.Contains(pair.Key)).ToDictionary(static pair => pair.Key, static pair => pair.Value));

        public string EmailKey(string email) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(email)));
    }
}

internal sealed record TestUser(Guid Id, string Email, HttpClient Client)
{
    public async Task<Guid> ProjectAsync(string name = "demo", string more = "") =>
        (await Client.PostAsync("/v1/projects", $$"""{"name":"{{name}}"{{more}}}""")).MustBe(System.Net.HttpStatusCode.Created).Id;

    public async Task AddAsync(Guid project, TestUser other, string role = "editor") =>
        (await Client.PostAsync($"/v1/projects/{project}/members", $$"""{"userId":"{{other.Id}}","role":"{{role}}"}"""))
            .MustBe(System.Net.HttpStatusCode.Created);
}
