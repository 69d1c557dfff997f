using Actors.OpenId;
using Actors.Tests.Messages;
using Actors.Tests.Support;
using Cluster.Entities;

namespace Actors.Tests.OpenId;

public sealed class OpenIdTests
{
    private static readonly DateTimeOffset s_now = Sample.At(0);

    private readonly Scenario<OpenIdProviderState, OpenIdProviderCommand, OpenIdProviderEvent> _provider =
        new(new OpenIdProviderBehavior(), new OpenIdProviderCodec(), OpenIdProviderBehavior.Entity, s_now);

    private static OpenIdProviderEvent.SetUp Set => new(OpenIdSamples.Provider, s_now);

    [Fact]
    public void A_provider_is_set_up_changed_and_removed()
    {
        _provider.When(new OpenIdProviderCommand.SetUp(0, OpenIdSamples.Provider)).Then(Set, new OpenIdProviderReply.Saved(1));
        _provider.Given(Set);
        var other = OpenIdSamples.Provider with { Name = "Other" };
        _provider.When(new OpenIdProviderCommand.SetUp(1, other)).Then(new OpenIdProviderEvent.SetUp(other, s_now), new OpenIdProviderReply.Saved(2));
        var removed = _provider.When(new OpenIdProviderCommand.Remove(1)).Then(new OpenIdProviderEvent.Removed(s_now), new OpenIdProviderReply.Saved(2));
        Assert.Null(removed.State.Provider);
    }

    [Fact]
    public void A_change_of_a_version_that_is_past_is_refused()
    {
        _provider.Given(Set);
        _provider.When(new OpenIdProviderCommand.SetUp(0, OpenIdSamples.Provider)).ThenRefused(RefusalKind.VersionMismatch, OpenIdProviderBehavior.VersionMismatchCode);
        _provider.When(new OpenIdProviderCommand.Remove(0)).ThenRefused(RefusalKind.VersionMismatch, OpenIdProviderBehavior.VersionMismatchCode);
    }

    [Fact]
    public void Nothing_is_removed_where_nothing_is() =>
        _provider.When(new OpenIdProviderCommand.Remove(null)).ThenRefused(RefusalKind.NotFound, OpenIdProviderBehavior.NotSetCode);

    public static TheoryData<string, OpenIdProvider> Bad() => new()
    {
        { "name", OpenIdSamples.Provider with { Name = "" } },
        { "clientId", OpenIdSamples.Provider with { ClientId = "" } },
        { "clientSecret", OpenIdSamples.Provider with { ClientSecret = "" } },
        { "scopes", OpenIdSamples.Provider with { Scopes = ["email"] } },
        { "scopes", OpenIdSamples.Provider with { Scopes = ["openid", "e mail"] } },
        { "audiences", OpenIdSamples.Provider with { Audiences = ["cluster"] } },
        { "mfaValues", OpenIdSamples.Provider with { MfaValues = [""] } },
        { "discoveryUrl", OpenIdSamples.Provider with { DiscoveryUrl = new string('x', 501) } },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public void A_provider_that_breaks_a_rule_is_refused_by_the_field(string field, OpenIdProvider provider)
    {
        var refusal = _provider.When(new OpenIdProviderCommand.SetUp(null, provider)).ThenRefused(RefusalKind.Invalid, OpenIdProviderBehavior.InvalidCode);
        Assert.Equal(field, Assert.Single(refusal.Faults).Field);
    }

    [Fact]
    public void Whoever_comes_first_decides_whose_a_link_is_until_they_are_gone()
    {
        var link = new Scenario<OpenIdLinkState, OpenIdLinkCommand, OpenIdLinkEvent>(
            new OpenIdLinkBehavior(), new OpenIdLinkCodec(), new EntityRef(EntityTypes.OpenIdLink, Sample.Id(9)), s_now);
        var (first, second) = (Sample.Id(1), Sample.Id(2));
        link.When(new OpenIdLinkCommand.Link(first, null)).Then(new OpenIdLinkEvent.Linked(first, s_now), new OpenIdLinkReply.Linked(first));
        link.Given(new OpenIdLinkEvent.Linked(first, s_now));
        link.When(new OpenIdLinkCommand.Link(second, null)).ThenOnly(new OpenIdLinkReply.Linked(first));
        link.When(new OpenIdLinkCommand.Link(second, Sample.Id(3))).ThenOnly(new OpenIdLinkReply.Linked(first));
        link.When(new OpenIdLinkCommand.Link(second, first)).Then(new OpenIdLinkEvent.Linked(second, s_now), new OpenIdLinkReply.Linked(second));
    }
}
