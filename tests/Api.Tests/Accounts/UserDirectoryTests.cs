using Api.Projects;
using Api.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace Api.Tests.Accounts;

public sealed class UserDirectoryTests(SharedNode shared) : IClassFixture<SharedNode>
{
    private readonly TestNode _node = shared.Node;

    [Fact]
    public async Task Users_are_found_by_address_and_shown_by_id()
    {
        var (ada, ben) = (await _node.PersonAsync("ada"), await _node.PersonAsync("ben"));
        var directory = _node.Services.GetRequiredService<IPeople>();

        Assert.Equal(ada.Id, await directory.FindAsync(ada.Email.ToUpperInvariant(), default));
        Assert.Null(await directory.FindAsync("nobody@example.org", default));
        var shown = await directory.ShowAsync([ada.Id, ben.Id, Guid.NewGuid()], default);
        Assert.Equal([ada.Email, ben.Email], shown.Values.Select(static person => person.Email).Order());
    }
}
