using Cluster.Entities;
using Cluster.Journal;
using Cluster.Sealing;

namespace Cluster.Tests.Sealing;

public sealed class RecordIdentityTests
{
    private static readonly Guid s_id = new("0198c0de-0000-7000-8000-00000000002a");

    [Fact]
    public void The_bytes_are_part_of_the_stored_format()
    {
        var identity = new RecordIdentity();
        Assert.Equal(
            "01000000076A6F75726E616C010000000372756E03000000100198C0DE00007000800000000000002A020000000800000000000000070100000006612D622E7631",
            Convert.ToHexString(identity.OfEvent(new EntityRef("run", s_id), 7, "a-b.v1")));
        var table = new ReadTable("t", [new("id", ColumnType.Uuid), new("n", ColumnType.Integer)], [new("c", ColumnType.Text)]);
        Assert.Equal(
            "0100000001740100000001630300000010" + "0198C0DE00007000800000000000002A" + "02000000080000000000000005",
            Convert.ToHexString(identity.OfColumn(table, "c", [s_id, 5, "not of the key"])));
        Assert.Equal(identity.OfColumn(table, "c", [s_id, 5]).ToArray(), identity.OfColumn(table, "c", [s_id, 5L]).ToArray());
    }

    [Fact]
    public void No_two_places_are_alike()
    {
        var identity = new RecordIdentity();
        var entity = new EntityRef("run", s_id);
        var pairs = new ReadTable("pair", [new("a", ColumnType.Text), new("b", ColumnType.Text)], []);
        byte[][] all =
        [
            identity.OfEvent(entity, 1, "m").ToArray(),
            identity.OfEvent(entity, 2, "m").ToArray(),
            identity.OfEvent(entity, 1, "n").ToArray(),
            identity.OfEvent(entity with { Type = "runs" }, 1, "m").ToArray(),
            identity.OfEvent(entity with { Id = Guid.NewGuid() }, 1, "m").ToArray(),
            identity.OfSnapshot(entity, new StoredSnapshot(1, new Payload("m", default))).ToArray(),
            identity.OfColumn(pairs, "c", ["ab", "c"]).ToArray(),
            identity.OfColumn(pairs, "c", ["a", "bc"]).ToArray(),
            identity.OfColumn(pairs, "ca", ["b", "c"]).ToArray(),
            identity.OfColumn(pairs with { Name = "pairs" }, "c", ["ab", "c"]).ToArray(),
        ];
        Assert.Equal(all.Length, all.Select(Convert.ToHexString).Distinct().Count());
    }
}
