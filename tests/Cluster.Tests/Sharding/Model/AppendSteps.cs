namespace Cluster.Tests.Sharding.Model;

/// <summary>The entity in memory and its append: sent, locked, checked, committed.</summary>
internal readonly struct AppendSteps(ModelRules rules, World world, int node, List<Step> to)
{
    /// <summary>Nobody takes a shard from the node, or gives it back, at this moment.</summary>
    private bool IsLockFree => world[1 - node].Control != Control.MarkLocked && world[node].Control != Control.ReleaseHeld;

    public void Add()
    {
        var self = world[node];
        if (self.Life == Life.Alive)
        {
            AddOfNode(self);
        }

        AddOfDatabase(self);
    }

    private void AddOfNode(NodeState self)
    {
        if (self.IsServing && self.EntityTerm == 0)
        {
            var read = Math.Max(world.ReadTerm, self.Term);
            to.Add(new Step("reads", node, world.With(node, self with { EntityTerm = self.Term }) with { ReadTerm = read }));
        }

        if (self.EntityTerm != 0 && self.Append == Append.None)
        {
            var sent = self with { Append = Append.Sent, AppendTerm = self.EntityTerm };
            Go("append is sent", sent);
            Go("append is half sent", sent with { IsHalfSent = true });
            if (!self.IsOpen)
            {
                Go("entity is evicted", Clean(self));
            }
        }

        if (self.IsHalfSent)
        {
            Go("append is sent whole", self with { IsHalfSent = false });
        }
    }

    private void AddOfDatabase(NodeState self)
    {
        switch (self.Append)
        {
            case Append.Sent when !rules.FenceLocks:
            case Append.Sent when IsLockFree:
                Go("append locks", self with { Append = Append.Locked });
                break;
            case Append.Locked when world.Owner == node || !rules.FenceChecksOwner:
                Go("append is checked", self with { Append = Append.Checked });
                break;
            case Append.Locked:
                Go("append is refused", Failed(self));
                break;
            case Append.Checked when !self.IsHalfSent:
                to.Add(new Step("append commits", node, world.With(node, Ended(self)), Fault: Fault(self)));
                break;
        }

        if (self.Append != Append.None && (self.IsDoomed || (self.Life == Life.Killed && self.IsHalfSent)))
        {
            Go("append is ended", Failed(self));
        }
    }

    private string? Fault(in NodeState self) =>
        world.Owner != node || world.Term != self.AppendTerm ? "an append commits that is not of the owner"
        : self.AppendTerm < world.ReadTerm ? "an append of an old term commits after the new owner read"
        : null;

    private static NodeState Ended(NodeState self) => self with
    {
        Append = Append.None, AppendTerm = 0, IsHalfSent = false, IsDoomed = false,
    };

    // The entity forgets its state and would read it again.
    private static NodeState Failed(NodeState self) =>
        self.IsOpen ? Ended(self) with { EntityTerm = 0 } : Clean(Ended(self));

    private static NodeState Clean(NodeState self) => self with
    {
        EntityTerm = 0, Handover = self.Handover == Handover.LeftBehind ? Handover.None : self.Handover,
    };

    private void Go(string name, in NodeState next) => to.Add(new Step(name, node, world.With(node, next)));
}
