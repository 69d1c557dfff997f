using Actors.Users;
using Api.Tests.Fixtures;

namespace Api.Tests.Access;

/// <summary>Everybody who may ask a node for something.</summary>
internal enum Role
{
    Nobody,

    /// <summary>Has a token that was revoked.</summary>
    Ended,

    /// <summary>Has a token whose time is over.</summary>
    Expired,

    Outsider,
    Viewer,

    /// <summary>An editor of one environment of the project.</summary>
    StagingEditor,
    Editor,
    Admin,

    /// <summary>The owner with a token for one scope.</summary>
    NarrowOwner,

    /// <summary>The owner with a token for another project.</summary>
    OwnerElsewhere,
    Owner,
    Super,
}

/// <summary>A node with one user of every kind, and projects that they share.</summary>
public sealed class People : IAsyncLifetime
{
    internal const string NarrowScope = "history:view";

    private readonly Dictionary<Role, TestPerson> _people = [];
    private World? _shared;

    public TestNode Node { get; private set; } = null!;

    internal static IReadOnlyList<Role> Signed { get; } =
        [Role.Outsider, Role.Viewer, Role.StagingEditor, Role.Editor, Role.Admin, Role.NarrowOwner, Role.Owner, Role.Super];

    internal HttpClient this[Role role] => role == Role.Nobody ? Node.Open : _people[role].Client;

    internal Guid IdOf(Role role) => _people[role].Id;

    internal async Task<Guid> ProjectOfOutsiderAsync() => (await _people[Role.Super].Client.PostAsync(
        "/v1/projects", $$"""{"name":"foreign","ownerId":"{{IdOf(Role.Outsider)}}"}""")).MustBe(System.Net.HttpStatusCode.Created).Id;

    public async Task InitializeAsync()
    {
        Node = await TestNode.StartAsync();
        foreach (var role in (Role[])[Role.Outsider, Role.Viewer, Role.StagingEditor, Role.Editor, Role.Admin, Role.Owner])
            _people[role] = await Node.PersonAsync(role.ToString());
        _people[Role.Super] = await Node.PersonAsync("super", isSuperUser: true);

        var owner = _people[Role.Owner];
        _people[Role.NarrowOwner] = await owner.WithAsync(new TokenScope([NarrowScope], null, null));
        _people[Role.OwnerElsewhere] = await owner.WithAsync(new TokenScope(null, [await ProjectAsync()], null));
        _people[Role.Ended] = await EndedAsync(owner);
        _people[Role.Expired] = await ExpiredAsync(owner);
    }

    public async Task DisposeAsync() => await Node.DisposeAsync();

    /// <summary>What no test changes: nobody asks it for more than they may, or with what it takes.</summary>
    internal async Task<World> SharedWorldAsync() => _shared ??= await World.MakeAsync(this);

    /// <summary>A project with two environments and a member of each role.</summary>
    internal async Task<Guid> ProjectAsync()
    {
        var owner = _people[Role.Owner];
        var created = await _people[Role.Super].Client.PostAsync(
            "/v1/projects", $$"""{"name":"shared","ownerId":"{{owner.Id}}","environments":["production","staging"]}""");
        var project = created.MustBe(System.Net.HttpStatusCode.Created).Id;
        foreach (var role in (Role[])[Role.Viewer, Role.Editor, Role.Admin]) await owner.AddAsync(project, _people[role], role.ToString().ToLowerInvariant());
        await owner.AddAsync(project, _people[Role.StagingEditor], "editor", ""","environments":["staging"]""");
        return project;
    }

    private static async Task<TestPerson> EndedAsync(TestPerson owner)
    {
        var ended = await owner.WithAsync();
        var token = (await ended.Client.GetAsync("/v1/users/me/api-tokens", null)).Items
            .Single(item => ended.Token.StartsWith(item.GetProperty("prefix").GetString()!, StringComparison.Ordinal)).GetProperty("id").GetGuid();
        (await owner.Client.CallAsync(HttpMethod.Delete, $"/v1/users/me/api-tokens/{token}")).MustBe(System.Net.HttpStatusCode.NoContent);
        await UntilRefusedAsync(ended);
        return ended;
    }

    private static async Task<TestPerson> ExpiredAsync(TestPerson owner)
    {
        var expired = await owner.WithAsync(lifetime: TimeSpan.FromMilliseconds(100));
        await UntilRefusedAsync(expired);
        return expired;
    }

    private static async Task UntilRefusedAsync(TestPerson person)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while ((await person.Client.GetAsync("/v1/users/me", null)).Status != System.Net.HttpStatusCode.Unauthorized)
            await Task.Delay(20, limit.Token);
    }
}
