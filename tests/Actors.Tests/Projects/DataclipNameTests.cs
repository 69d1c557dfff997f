using Actors.Projects;
using Cluster.Entities;
using static Actors.Tests.Support.AMember;
using static Actors.Tests.Support.AProject;
using static Actors.Tests.Support.Sample;

namespace Actors.Tests.Projects;

/// <summary>Names of dataclips are one of a kind in their project.</summary>
public sealed class DataclipNameTests
{
    private static readonly ProjectEvent s_named = new ProjectEvent.DataclipNamed(Id(97), "one", At(1));

    [Fact]
    public void A_name_is_given_changed_and_taken_away()
    {
        Given(Owned()).When(Name(97, "one")).ThenReplied(new ProjectReply.Saved(1));
        Given(Owned(), s_named).When(Name(97, "one")).ThenOnly(new ProjectReply.Saved(1));
        Given(Owned(), s_named).When(Name(97, "two")).ThenReplied(new ProjectReply.Saved(1));
        Given(Owned(), s_named).When(Name(97, null)).ThenReplied(new ProjectReply.Saved(1));
        Given(Owned()).When(Name(97, null)).ThenOnly(new ProjectReply.Saved(1));
    }

    [Fact]
    public void No_two_dataclips_have_the_same()
    {
        Given(Owned(), s_named).When(Name(98, "one")).ThenRefused(RefusalKind.Conflict, DataclipRefusals.NameTakenCode);
        Given(Owned(), s_named, new ProjectEvent.DataclipUnnamed(Id(97), At(2))).When(Name(98, "one")).ThenReplied(new ProjectReply.Saved(1));
    }

    [Fact]
    public void There_are_at_most_five_hundred()
    {
        ProjectEvent[] full = [Owned(), .. Enumerable.Range(0, 500).Select(i => new ProjectEvent.DataclipNamed(Id(1_000 + i), $"clip {i}", At(1)))];
        Given(full).When(Name(97, "one more")).ThenRefused(RefusalKind.Conflict, DataclipRefusals.TooManyCode);
        Given(full).When(Name(1_000, "another")).ThenReplied(new ProjectReply.Saved(1));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("a\tb")]
    public void A_name_is_a_line_of_text(string name) =>
        Given(Owned()).When(Name(97, name)).ThenRefused(RefusalKind.Invalid, DataclipRefusals.InvalidCode);

    [Fact]
    public void A_name_is_short() =>
        Given(Owned()).When(Name(97, new string('x', 101))).ThenRefused(RefusalKind.Invalid, DataclipRefusals.InvalidCode);

    private static ProjectCommand.NameDataclip Name(int clip, string? name) => new(Id(clip), name);
}
