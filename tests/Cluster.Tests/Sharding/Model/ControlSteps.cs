namespace Cluster.Tests.Sharding.Model;

/// <summary>A node's looks at the cluster and what follows: declaring down, taking, opening, handing over, giving back.</summary>
internal readonly struct ControlSteps(ModelRules rules, World world, int node, List<Step> to)
{
    private int Other => 1 - node;

    public void Add()
    {
        var self = world[node];
        AddOfDatabase(self);
        if (self.Life == Life.Alive)
        {
            AddOfNode(self);
        }
    }

    private void AddOfNode(in NodeState self)
    {
        switch (self.Control)
        {
            case Control.Idle:
                Look(self);
                GiveBack(self);
                break;
            case Control.Viewed:
                Act(Counted(self));
                break;
            case Control.Taken:
                Go("opens", Idle(self) with { IsOpen = true, Term = self.SawTerm });
                Go("taken is lost", Idle(self), isHarm: true);
                break;
        }
    }

    private void Look(in NodeState self)
    {
        var other = world[Other];
        var next = world.With(node, self with
        {
            Control = Control.Viewed,
            SawBeat = other.BeatIsNew,
            SawOwner = (byte)(world.Owner == World.Nobody ? 0 : world.Owner == node ? 1 : 2),
            SawTerm = world.Term,
        });
        to.Add(new Step("looks", node, next.With(Other, other with { BeatIsNew = false })));
    }

    private NodeState Counted(NodeState self)
    {
        if (rules.Watch.Contains(node))
        {
            var count = self.SawBeat || self.SinceLook >= rules.SessionTicks ? 0 : self.Count + Math.Min((int)self.SinceLook, 1);
            self.Count = (byte)Math.Min(count, rules.FailureTicks);
            self.SinceLook = 0;
        }

        return self;
    }

    private void Act(in NodeState self)
    {
        Go("does nothing", Idle(self));
        if (self.Count >= rules.SessionTicks && !world[Other].IsDown)
        {
            Go("suspects", Idle(self) with { Control = Control.Marking });
        }

        var isClean = self.Handover == Handover.None || (self.Handover == Handover.LeftBehind && !rules.KeepsLeftBehindOut);
        if (self is { SawOwner: 1, IsOpen: false } && isClean)
        {
            Go("opens", Idle(self) with { IsOpen = true, Term = self.SawTerm });
        }

        if (rules.HandOver.Contains(node) && self is { SawOwner: 1, IsOpen: true })
        {
            Go("hands over", Idle(self) with { IsOpen = !rules.HandoverShutsGateFirst, Handover = Handover.Emptying });
        }

        var mayTake = (!self.IsDown || !rules.TakeChecksMember) && world[Other].Control != Control.MarkLocked;
        if (self.SawOwner == 0 && isClean && mayTake && world.Owner == World.Nobody
            && world[Other].Control != Control.TakeHeld && world.Term < rules.MostTerms)
        {
            Go("takes", Idle(self) with { Control = Control.TakeHeld });
        }
    }

    // At the end of its patience it gives the shard back although the entity is still there.
    private void GiveBack(in NodeState self)
    {
        if (self.Handover == Handover.Emptying && (!HoldsShared(self) || !rules.ReleaseLocks) && world[Other].Control != Control.MarkLocked)
        {
            Go("gives back", self with { Control = Control.ReleaseHeld });
        }
    }

    private void AddOfDatabase(NodeState self)
    {
        switch (self.Control)
        {
            case Control.Marking:
                Mark(self);
                break;
            case Control.MarkLocked:
                MarkDown(self);
                break;
            case Control.TakeHeld:
                var taken = self.Life == Life.Alive
                    ? Idle(self) with { Control = Control.Taken, SawTerm = (byte)(world.Term + 1) }
                    : Idle(self);
                to.Add(new Step("take commits", node, world.With(node, taken) with { Owner = (byte)node, Term = (byte)(world.Term + 1) }));
                break;
            case Control.ReleaseHeld:
                Release(self);
                break;
        }
    }

    private void Mark(in NodeState self)
    {
        var other = world[Other];
        if (other.IsDown || other.BeatIsNew || (other.HasSession && self.Count < rules.FailureTicks))
        {
            Go("verdict is off", Idle(self));
            return;
        }

        if (rules.MarkEndsAppends && other.Append is Append.Locked or Append.Checked && !other.IsDoomed)
        {
            to.Add(new Step("ends the append of the other", node, world.With(Other, other with { IsDoomed = true })));
        }

        if (!rules.MarkLocks || (!HoldsShared(other) && other.Control is not (Control.TakeHeld or Control.ReleaseHeld)))
        {
            Go("locks the other", self with { Control = Control.MarkLocked });
        }

        Go("waits too long", Idle(self), isHarm: true);
    }

    private void MarkDown(in NodeState self)
    {
        var other = world[Other];
        if (other.IsDown || (other.BeatIsNew && rules.MarkChecksBeatAgain))
        {
            Go("verdict is off", Idle(self));
            return;
        }

        var next = world.With(node, Idle(self)).With(Other, other with { IsDown = true });
        to.Add(new Step("marks the other down", node, world.Owner == Other ? next with { Owner = World.Nobody } : next));
    }

    private void Release(NodeState self)
    {
        var next = world.Owner == node ? world with { Owner = World.Nobody } : world;
        var isLeft = self.EntityTerm != 0 || self.Append != Append.None;
        var released = Idle(self) with { IsOpen = false, Handover = isLeft && self.Life == Life.Alive ? Handover.LeftBehind : Handover.None };
        to.Add(new Step("release commits", node, next.With(node, released)));
        to.Add(new Step("release is lost", node, next.With(node, Idle(self)), IsHarm: true));
    }

    private bool HoldsShared(in NodeState state) => state.Append is Append.Locked or Append.Checked && rules.FenceLocks;

    private static NodeState Idle(NodeState self) => self with { Control = Control.Idle, SawBeat = false, SawOwner = 0, SawTerm = 0 };

    private void Go(string name, in NodeState next, bool isHarm = false) => to.Add(new Step(name, node, world.With(node, next), isHarm));
}
