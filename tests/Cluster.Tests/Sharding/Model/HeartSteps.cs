namespace Cluster.Tests.Sharding.Model;

/// <summary>A node's heartbeats, its session, and the end of its life.</summary>
internal readonly struct HeartSteps(ModelRules rules, World world, int node, List<Step> to)
{
    public void Add()
    {
        if (!rules.Fail.Contains(node))
        {
            return;
        }

        var self = world[node];
        if (self.Beat == Beat.Sent)
        {
            Go("beat is counted", self.IsDown ? self with { Beat = Beat.ToldDown, BeatAge = 0 } : self with { Beat = Beat.Counted, BeatIsNew = true });
        }

        if (self.Life == Life.Alive)
        {
            AddLiving(self);
        }
    }

    private void AddLiving(NodeState self)
    {
        switch (self.Beat)
        {
            case Beat.None when self.HasSession:
                Go("beat is sent", self with { Beat = Beat.Sent });
                break;
            case Beat.Counted:
                var lease = (byte)Math.Max(self.Lease, rules.ServingTicks - self.BeatAge);
                Go("beat is confirmed", self with { Beat = Beat.None, BeatAge = 0, Lease = lease });
                Go("beat is lost", self with { Beat = Beat.None, BeatAge = 0 }, isHarm: true);
                break;
            case Beat.ToldDown:
                Go("exit", Gone(self, Life.Killed));
                break;
        }

        Go(self.HasSession ? "session is cut" : "session is made", self with { HasSession = !self.HasSession }, isHarm: self.HasSession);
        if (world[1 - node].Life == Life.Alive)
        {
            Go("is killed", Gone(self, Life.Killed), isHarm: true);
            Go("vanishes", Gone(self, Life.Vanished), isHarm: true);
        }
    }

    // What only its memory knew is of no more interest.
    private static NodeState Gone(NodeState self, Life life) => self with
    {
        Life = life,
        HasSession = life == Life.Vanished && self.HasSession,
        Lease = 0,
        IsOpen = false,
        Term = 0,
        Count = 0,
        SinceLook = 0,
        EntityTerm = 0,
        Handover = Handover.None,
        Beat = self.Beat == Beat.Sent ? Beat.Sent : Beat.None,
        BeatAge = 0,
        Control = self.Control is Control.Viewed or Control.Taken ? Control.Idle : self.Control,
        SawBeat = false,
        SawOwner = 0,
        SawTerm = 0,
    };

    private void Go(string name, in NodeState next, bool isHarm = false) => to.Add(new Step(name, node, world.With(node, next), isHarm));
}
