using System.Net;
using System.Security.Cryptography;
using System.Text;
using Actors.Audit;
using Api.Audit;
using Api.ReadModels;
using Cluster.Sealing;
using Kit;

namespace Api.Tests.Audit;

/// <summary>The pure parts: codes, digests, origins, CSV, counts and the walk along the chain.</summary>
public sealed class AuditPartTests : IDisposable
{
    private static readonly DateTimeOffset s_at = new(2030, 5, 17, 8, 30, 1, TimeSpan.Zero);
    private static readonly byte[] s_root = RandomNumberGenerator.GetBytes(DataKey.Bytes);
    private readonly AuditKeys _keys = new(new RootKey(s_root));

    public void Dispose() => _keys.Dispose();

    [Fact]
    public void Keys_follow_from_the_root_key_and_are_apart()
    {
        using var same = new AuditKeys(new RootKey(s_root));
        using var other = new AuditKeys(new RootKey(RandomNumberGenerator.GetBytes(DataKey.Bytes)));
        Assert.Equal((_keys.SigningId, _keys.EntryMac([1]), _keys.PublicPem), (same.SigningId, same.EntryMac([1]), same.PublicPem));
        Assert.NotEqual(_keys.SigningId, other.SigningId);
        Assert.NotEqual(_keys.EntryMac([1]), other.EntryMac([1]));
        Assert.NotEqual(_keys.EntryMac("a"u8), _keys.LinkMac("a"));
        var text = new byte[] { 1, 2 };
        var signature = _keys.Signing.SignData(text, HashAlgorithmName.SHA256);
        Assert.True(same.Signing.VerifyData(text, signature, HashAlgorithmName.SHA256));
        Assert.False(other.Signing.VerifyData(text, signature, HashAlgorithmName.SHA256));
    }

    [Fact]
    public void Each_field_of_an_entry_is_in_its_digest_and_none_runs_into_the_next()
    {
        var entry = Entry(1);
        var (actor, fact) = (entry.Actor, entry.Fact);
        AuditEntry[] all =
        [
            entry, entry with { Id = Guid.NewGuid() }, entry with { At = s_at.AddMicroseconds(7) },
            entry with { Actor = actor with { Kind = ActorKind.SuperUser } }, entry with { Actor = actor with { Id = null } },
            entry with { Actor = actor with { Via = "open_id" } }, entry with { Actor = actor with { Via = "" } }, entry with { Actor = actor with { TokenId = Guid.NewGuid() } },
            entry with { Actor = actor with { Address = "b" } }, entry with { Actor = actor with { RequestId = "r2" } },
            entry with { Actor = actor with { Address = "ar", RequestId = "" } },
            entry with { Fact = fact with { Action = "x.y" } }, entry with { Fact = fact with { Outcome = AuditOutcome.Failed } },
            entry with { Fact = fact with { ProjectId = Guid.NewGuid() } }, entry with { Fact = fact with { ItemType = "run" } },
            entry with { Fact = fact with { ItemId = Guid.NewGuid() } }, entry with { Fact = fact with { Details = "{}" } },
            entry with { Fact = fact with { Details = null } },
        ];
        Assert.Equal(all.Length, all.Select(each => Convert.ToHexString(AuditDigest.Of(each))).Distinct().Count());
        Assert.Equal(AuditDigest.Of(entry), AuditDigest.Of(entry with { }));
    }

    [Fact]
    public void An_origin_says_who_and_comes_back()
    {
        var actor = new AuditActor(ActorKind.User, Guid.NewGuid(), "session", Guid.NewGuid(), "192.0.2.0/24#00", "request");
        Assert.Equal(actor, AuditOrigin.Read(AuditOrigin.Write(actor)));
        Assert.Equal(AuditActor.System, AuditOrigin.Read(null));
        Assert.Equal(ActorKind.Anonymous, AuditOrigin.Read(AuditOrigin.Write(new AuditActor(ActorKind.Anonymous))).Kind);
        foreach (var strange in (string[])["", "2|user|||||", "1|user", "1|king|||||", "1|user|||||||"])
            Assert.Equal(new AuditActor(ActorKind.Unknown), AuditOrigin.Read(strange));
        var hostile = new AuditActor(ActorKind.User, RequestId: "a|b|" + new string('x', 5_000));
        Assert.Equal(ActorKind.User, AuditOrigin.Read(AuditOrigin.Write(hostile)).Kind);
        Assert.InRange(Encoding.UTF8.GetByteCount(AuditOrigin.Write(hostile)), 1, Cluster.Entities.Origin.MaxBytes);
    }

    [Theory]
    [InlineData("203.0.113.77", "203.0.113.0/24#")]
    [InlineData("::ffff:203.0.113.77", "203.0.113.0/24#")]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1::/48#")]
    public void An_address_is_a_network_and_a_tag(string address, string expected)
    {
        var one = AuditOrigin.AddressOf(IPAddress.Parse(address), _keys)!;
        Assert.StartsWith(expected, one, StringComparison.Ordinal);
        Assert.Equal(expected.Length + 16, one.Length);
        Assert.NotEqual(one, AuditOrigin.AddressOf(IPAddress.Parse("203.0.113.78"), _keys));
    }

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("", "")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("a\"b", "\"a\"\"b\"")]
    [InlineData("a\r\nb", "\"a\r\nb\"")]
    [InlineData("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0")]
    [InlineData("+1", "'+1")]
    [InlineData("-1", "'-1")]
    [InlineData("@x", "'@x")]
    [InlineData("\t=x", "'\t=x")]
    [InlineData("\r=x", "\"'\r=x\"")]
    public void A_field_of_csv_is_quoted_and_no_formula(string text, string expected)
    {
        var to = new StringBuilder();
        AuditCsv.Field(to, text);
        Assert.Equal(expected, to.ToString());
    }

    [Fact]
    public void Details_have_a_bound() =>
        Assert.Equal(
            """{"tooLong":true,"characters":9011}""", AuditDetails.Of(static writer => writer.WriteString("a"u8, new string('x', 9_003))));

    [Fact]
    public void Equal_refusals_are_counted_and_strangers_together()
    {
        var time = new ManualTime();
        var counts = new RefusalCounts(TimeSpan.FromSeconds(10), 3, time);
        for (var i = 0; i < 100; i++) counts.Add(Key("a"), $"r{i}");
        for (var i = 0; i < 50; i++) counts.Add(Key($"stranger {i}"), null);

        var first = counts.Take(all: false);
        Assert.Equal([1, 1, 1, 1], first.Select(static each => each.Count));
        Assert.Equal("r0", first[0].RequestId);
        Assert.Empty(counts.Take(all: false));
        time.Advance(TimeSpan.FromSeconds(10));
        var later = counts.Take(all: false);
        Assert.Equal(150 - 4, later.Sum(static each => each.Count));
        Assert.Equal(2, later.Count);
        Assert.Equal("r99", later.Single(each => each.Key == Key("a")).RequestId);
        Assert.Empty(counts.Take(all: true));
    }

    [Fact]
    public void A_chain_of_any_length_with_one_fault_of_any_kind_is_found_out()
    {
        var random = new Random(20260722);
        for (var turn = 0; turn < 200; turn++)
        {
            var links = Chain(random.Next(3, 30));
            var sound = Check(links, links.Count, links[^1].Link.Hash);
            Assert.Empty(sound);

            var at = random.Next(links.Count - 1);
            var (entries, expected) = Tamper(random.Next(5), links, at);
            var problem = Check(entries, links.Count, links[^1].Link.Hash);
            Assert.Contains(problem, found => found.Kind == expected && found.Position == at + 1);
        }
    }

    private static (List<(LinkRow Link, AuditRow? Row)> Links, AuditProblemKind Kind) Tamper(
        int how, List<(LinkRow Link, AuditRow? Row)> links, int at)
    {
        List<(LinkRow Link, AuditRow? Row)> changed = [.. links];
        switch (how)
        {
            case 0:
                changed[at] = (links[at].Link, null);
                return (changed, AuditProblemKind.Removed);
            case 1:
                changed.RemoveAt(at);
                return (changed, AuditProblemKind.Removed);
            case 2:
                changed[at] = (links[at].Link, Row(Entry(99) with { Id = links[at].Row!.Id }, links[at].Row!.Mac));
                return (changed, AuditProblemKind.Changed);
            case 3:
                (changed[at], changed[at + 1]) = (At(links[at + 1], at + 1), At(links[at], at + 2));
                return (changed, AuditProblemKind.Reordered);
            default:
                changed.RemoveRange(at, links.Count - at);
                return (changed, AuditProblemKind.Truncated);
        }
    }

    private List<AuditProblem> Check(List<(LinkRow Link, AuditRow? Row)> links, long end, string head)
    {
        var check = new ChainCheck(_keys, 0, ChainState.Origin);
        foreach (var (link, row) in links) check.Add(link, row);
        check.End(end, head);
        return check.Problems;
    }

    private List<(LinkRow Link, AuditRow? Row)> Chain(int length)
    {
        var (links, head) = (new List<(LinkRow, AuditRow?)>(), ChainState.Origin);
        for (var i = 1; i <= length; i++)
        {
            var entry = Entry(i);
            var digest = AuditDigest.Of(entry);
            head = ChainHash.Next(head, i, digest);
            var mac = _keys.LinkMac(ChainHash.LinkText(i, entry.Id, LinkVerdict.Sound, head));
            links.Add((new LinkRow { Position = i, EntryId = entry.Id, Verdict = "sound", Hash = head, Mac = mac }, Row(entry, _keys.EntryMac(digest))));
        }

        return links;
    }

    private static (LinkRow Link, AuditRow? Row) At((LinkRow Link, AuditRow? Row) of, long position) =>
        (new LinkRow { Position = position, EntryId = of.Link.EntryId, Verdict = of.Link.Verdict, Hash = of.Link.Hash, Mac = of.Link.Mac }, of.Row);

    private static AuditRow Row(AuditEntry entry, string mac) => new()
    {
        Id = entry.Id,
        At = entry.At,
        ActorKind = Words.Of(entry.Actor.Kind),
        ActorId = entry.Actor.Id,
        Via = entry.Actor.Via,
        Address = entry.Actor.Address,
        RequestId = entry.Actor.RequestId,
        Action = entry.Fact.Action,
        Outcome = Words.Of(entry.Fact.Outcome),
        ItemType = entry.Fact.ItemType,
        ItemId = entry.Fact.ItemId,
        Details = entry.Fact.Details,
        Mac = mac,
    };

    private static AuditEntry Entry(int number) => new(
        new Guid(number, 0, 0, new byte[8]),
        s_at.AddSeconds(number),
        new AuditActor(ActorKind.User, new Guid(7, 7, 7, new byte[8]), "session", null, "a", "r"),
        new AuditFact(AuditActions.ProjectCreated) { ItemType = "project", ItemId = new Guid(number, 1, 0, new byte[8]), Details = $$"""{"n":{{number}}}""" });

    private static RefusalKey Key(string route) =>
        new(AuditActions.PermissionRefused, new AuditActor(ActorKind.User), null, route, "forbidden");
}
