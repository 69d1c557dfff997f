namespace Cluster.Tests.Sharding.Model;

/// <summary>
/// The protocol of <c>Sharding/README.md</c> in steps as small as other nodes can observe. A node that is slow or stopped
/// is one whose steps are not chosen; what the database does for it may go on.
/// </summary>
internal sealed class LeaseModel(ModelRules rules)
{
    public static World First { get; } = new()
    {
        A = new NodeState { HasSession = true, Lease = 1, IsOpen = true, Term = 1 },
        B = new NodeState { HasSession = true, Lease = 1 },
        Owner = 0,
        Term = 1,
    };

    /// <summary>Who lets commands in is the owner, with nothing of an earlier term in memory.</summary>
    public static string? Rule(World world) => Rule(world, 0) ?? Rule(world, 1);

    /// <summary>A node that lives owns the shard. Nothing is asked for if there is none, or no more terms to give.</summary>
    public bool IsWell(World world) =>
        (!world.A.IsPresent && !world.B.IsPresent)
        || (world.Owner == World.Nobody ? world.Term == rules.MostTerms : world[world.Owner].IsPresent || world.Term == rules.MostTerms);

    public void Expand(World world, List<Step> to)
    {
        Tick(world, to);
        for (var node = 0; node < 2; node++)
        {
            new HeartSteps(rules, world, node, to).Add();
            new ControlSteps(rules, world, node, to).Add();
            new AppendSteps(rules, world, node, to).Add();
        }
    }

    private static string? Rule(in World world, int node)
    {
        var self = world[node];
        if (!self.IsServing)
        {
            return null;
        }

        return world.Owner != node || world.Term != self.Term ? "serves without being the owner"
            : self.EntityTerm != 0 && self.EntityTerm != self.Term ? "serves an entity of an earlier term"
            : null;
    }

    private void Tick(in World world, List<Step> to)
    {
        if (rules.Fail.Length > 0)
        {
            to.Add(new Step("tick", 0, world with { A = Older(world.A, 0), B = Older(world.B, 1) }));
        }
    }

    private NodeState Older(NodeState state, int node)
    {
        if (rules.Fail.Contains(node))
        {
            state.Lease -= (byte)(state.Lease > 0 ? 1 : 0);
            state.BeatAge = (byte)(state.Beat is Beat.Sent or Beat.Counted ? Math.Min(state.BeatAge + 1, rules.ServingTicks) : 0);
        }

        if (rules.Watch.Contains(node))
        {
            state.SinceLook = (byte)Math.Min(state.SinceLook + 1, rules.SessionTicks);
        }

        return state;
    }
}
