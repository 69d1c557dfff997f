using System.Net;
using Api.Tests.Fixtures;

namespace Api.Tests;

public sealed class InstanceTests : IAsyncLifetime
{
    private const string Settings = "/v1/instance/settings";

    private TestNode _node = null!;

    public async Task InitializeAsync() => _node = await TestNode.StartAsync();

    public async Task DisposeAsync() => await _node.DisposeAsync();

    [Fact]
    public async Task Settings_are_changed_field_by_field()
    {
        var before = await _node.Client.GetAsync(Settings, null);
        Assert.Equal("\"0\"", before.ETag);
        var after = (await PatchAsync("""{"sessionIdleHours":24,"contact":"the help desk"}""")).MustBe(HttpStatusCode.OK);
        Assert.Equal(("24", "the help desk", "15"), (after["sessionIdleHours"], after["contact"], after["passwordMinLength"]));
        Assert.Equal("\"1\"", after.ETag);
        Assert.Equal("the help desk", (await _node.Client.GetAsync("/v1/instance", null))["contact"]);
        Assert.Null((await PatchAsync("""{"contact":null}"""))["contact"]);
    }

    [Fact]
    public async Task A_bad_value_is_told_by_its_field() =>
        (await PatchAsync("""{"passwordMinLength":7}""")).MustBe(422, "settings_invalid").MustNameField("passwordMinLength");

    [Fact]
    public async Task A_change_of_another_version_is_refused() =>
        (await PatchAsync("""{"requiresMfa":false}""", "\"7\"")).MustBe(412, "version_mismatch");

    [Fact]
    public async Task An_unknown_setting_is_refused() => (await PatchAsync("""{"isSetUp":true}""")).MustBe(422, "unknown_field");

    private Task<Answer> PatchAsync(string body, string? ifMatch = null) =>
        _node.Client.CallAsync(HttpMethod.Patch, Settings, body, ifMatch: ifMatch);
}
