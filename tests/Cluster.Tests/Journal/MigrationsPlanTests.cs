using Cluster.Journal;

namespace Cluster.Tests.Journal;

public sealed class MigrationsPlanTests
{
    private static readonly Migration s_one = new(1, "one", "SELECT 1;");
    private static readonly Migration s_two = new(2, "two", "SELECT 2;");

    [Fact]
    public void A_new_store_gets_every_step_set_by_set()
    {
        var pending = MigrationsPlan.Pending([new("b", [s_one, s_two]), new("a", [s_one])], []);
        Assert.Equal([("b", 1), ("b", 2), ("a", 1)], pending.Select(step => (step.Part, step.Migration.Number)));
    }

    [Fact]
    public void What_was_applied_is_not_applied_again()
    {
        var pending = MigrationsPlan.Pending([new("a", [s_one, s_two])], [Applied("a", s_one)]);
        Assert.Equal([2], pending.Select(step => step.Migration.Number));
        Assert.Empty(MigrationsPlan.Pending([new("a", [s_one, s_two])], [Applied("a", s_one), Applied("a", s_two)]));
    }

    [Fact]
    public void A_store_that_was_changed_otherwise_is_refused()
    {
        var set = new MigrationSet("a", [s_one, s_two]);
        Assert.Throws<StoreRefusedException>(() => MigrationsPlan.Pending([set], [Applied("a", s_one with { Sql = "SELECT 3;" })]));
        Assert.Throws<StoreRefusedException>(() => MigrationsPlan.Pending([set], [Applied("a", new(3, "three", ""))]));
        Assert.Throws<StoreRefusedException>(() => MigrationsPlan.Pending([set], [Applied("unknown", s_one)]));
        Assert.Throws<StoreRefusedException>(() => MigrationsPlan.Pending([set], [Applied("a", s_two)]));
    }

    [Fact]
    public void A_part_may_refuse_stores_that_were_made_before_it()
    {
        var set = new MigrationSet("new", [s_one]) { RefusalOfOlderStores = "too old" };
        Assert.Equal(2, MigrationsPlan.Pending([new("a", [s_one]), set], []).Count);
        Assert.Empty(MigrationsPlan.Pending([new("a", [s_one]), set], [Applied("a", s_one), Applied("new", s_one)]));
        Assert.Equal(
            "too old", Assert.Throws<StoreRefusedException>(() => MigrationsPlan.Pending([new("a", [s_one]), set], [Applied("a", s_one)])).Message);
    }

    [Fact]
    public void Sets_must_be_well_formed()
    {
        Assert.Throws<ArgumentException>(() => MigrationsPlan.Pending([new("a", [s_one]), new("a", [s_one])], []));
        Assert.Throws<ArgumentException>(() => MigrationsPlan.Pending([new("a", [s_two])], []));
        Assert.Throws<ArgumentException>(() => MigrationsPlan.Pending([new("a", [s_two, s_one])], []));
        Assert.Throws<ArgumentException>(() => Migrations.FromResources("a", typeof(MigrationsPlanTests).Assembly, "absent"));
    }

    private static AppliedMigration Applied(string part, Migration migration) =>
        new(part, migration.Number, migration.Name, Migrations.Checksum(migration));
}
