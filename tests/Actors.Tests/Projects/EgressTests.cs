using Actors.Projects;
using Cluster.Entities;
using static Actors.Tests.Support.AMember;
using static Actors.Tests.Support.AProject;
using static Actors.Tests.Support.Sample;

namespace Actors.Tests.Projects;

/// <summary>What the jobs of a project may call although the rules are against it (X11).</summary>
public sealed class EgressTests
{
    [Fact]
    public void Hosts_are_replaced_as_a_whole_and_a_repeat_changes_nothing()
    {
        var before = new ProjectEvent.HostsAllowed(["partner.example"], At(1));
        Given(Owned()).When(new ProjectCommand.AllowHosts([])).ThenOnly(new ProjectReply.Saved(1));
        Given(Owned(), before).When(new ProjectCommand.AllowHosts(["partner.example"])).ThenOnly(new ProjectReply.Saved(1));
        Given(Owned()).When(new ProjectCommand.AllowHosts(["http://10.0.0.7:8080"])).ThenReplied(new ProjectReply.Saved(1));
        Given(Owned(), before).When(new ProjectCommand.AllowHosts([])).ThenReplied(new ProjectReply.Saved(1));
    }

    [Theory]
    [InlineData("a,b")]
    [InlineData("a b")]
    [InlineData("a\nb")]
    [InlineData("ä")]
    [InlineData("")]
    public void A_host_is_a_short_text_without_what_separates_hosts(string host) =>
        Given(Owned()).When(new ProjectCommand.AllowHosts([host])).ThenRefused(RefusalKind.Invalid, EgressRefusals.InvalidCode);

    [Fact]
    public void There_are_at_most_fifty_and_each_once()
    {
        Given(Owned()).When(new ProjectCommand.AllowHosts(["a", "a"])).ThenRefused(RefusalKind.Invalid, EgressRefusals.InvalidCode);
        Given(Owned()).When(new ProjectCommand.AllowHosts([.. Enumerable.Range(0, 51).Select(i => $"host-{i}")]))
            .ThenRefused(RefusalKind.Invalid, EgressRefusals.InvalidCode);
    }
}
