using System.Text;
using Api.Dispatch;

namespace Api.Tests.Dispatch;

public sealed class RecentBodiesTests
{
    private const int Room = 1 << 20;

    [Fact]
    public void An_input_is_handed_out_once_and_whole()
    {
        var recent = new RecentBodies(Room);
        var (plain, webhook, bare) = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());
        recent.Add(plain, Input("""{"a":1}"""));
        recent.Add(webhook, new RunInput(true, Bytes("""{"b":2}"""), Bytes("""{"method":"POST"}""")));
        recent.Add(bare, new RunInput(true, Bytes("[3]"), null));

        Assert.Equal("""{"a":1}""", Taken(recent, plain));
        Assert.Equal("""{"data":{"b":2},"request":{"method":"POST"}}""", Taken(recent, webhook));
        Assert.Equal("""{"data":[3],"request":{}}""", Taken(recent, bare));
        Assert.Null(Taken(recent, plain));
    }

    [Fact]
    public void What_was_handed_out_stays_what_it_was()
    {
        var recent = new RecentBodies(Room);
        var first = Guid.NewGuid();
        recent.Add(first, Input("first"));
        Assert.True(recent.TryTake(first, out var taken));

        recent.Add(Guid.NewGuid(), Input("other"));

        Assert.Equal("first", Encoding.UTF8.GetString(taken.Span));
    }

    [Fact]
    public void The_oldest_leave_first_and_one_too_large_is_not_taken()
    {
        var recent = new RecentBodies(Room);
        Assert.True(recent.Takes(Room / 8));
        Assert.False(recent.Takes((Room / 8) + 1));
        var ids = Enumerable.Range(0, 40).Select(_ => Guid.NewGuid()).ToList();

        foreach (var id in ids) recent.Add(id, Input(new string('x', Room / 8)));

        var kept = ids.Select(id => Taken(recent, id) is not null).ToList();
        Assert.Equal(8, kept.Count(static one => one));
        Assert.All(kept[^8..], Assert.True);
    }

    [Fact]
    public void A_large_one_that_was_handed_out_gives_its_room_back()
    {
        var recent = new RecentBodies(Room);
        var large = Input(new string('x', Room / 8));
        var ids = Enumerable.Range(0, 12).Select(_ => Guid.NewGuid()).ToList();
        foreach (var id in ids[..8]) recent.Add(id, large);
        foreach (var id in ids[4..8]) Assert.NotNull(Taken(recent, id));

        foreach (var id in ids[8..]) recent.Add(id, large);

        Assert.All(ids[..4], id => Assert.NotNull(Taken(recent, id)));
    }

    [Fact]
    public void Nothing_is_mixed_up_whatever_comes_and_goes()
    {
        var random = new Random(20261123);
        var recent = new RecentBodies(Room);
        var expected = new Dictionary<Guid, string>();
        var found = 0;
        for (var i = 0; i < 20_000; i++)
        {
            var id = Guid.NewGuid();
            var text = new string((char)('a' + (i % 26)), random.Next(1, random.Next(40) == 0 ? Room / 8 : 900)) + i;
            expected.Add(id, text);
            if (recent.Takes(text.Length)) recent.Add(id, Input(text));
            if (random.Next(3) == 0) continue;
            var asked = expected.Keys.ElementAt(random.Next(expected.Count));
            if (Taken(recent, asked) is not { } taken) continue;
            Assert.Equal(expected[asked], taken);
            found++;
            if (expected.Count > 500) expected.Clear();
        }

        Assert.True(found > 1_000, $"{found}");
    }

    private static RunInput Input(string body) => new(false, Bytes(body), null);

    private static ReadOnlyMemory<byte> Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string? Taken(RecentBodies recent, Guid id) => recent.TryTake(id, out var input) ? Encoding.UTF8.GetString(input.Span) : null;
}
