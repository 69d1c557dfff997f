using Cluster.Hosting;

namespace Cluster.Entities;

/// <summary>Does what behaviours describe. A failing effect is logged; it never fails what was committed.</summary>
internal sealed class Effects(EntityServices services)
{
    /// <param name="timers">Those of the entity; made when the first is set.</param>
    public void Perform(EntityRef self, IEnumerable<Effect> effects, ref EntityTimers? timers)
    {
        try
        {
            foreach (var effect in effects)
            {
                Perform(self, effect, ref timers);
            }
        }
        catch (Exception e)
        {
            Log.EffectFailed(services.Logger, self, e);
        }
    }

    private void Perform(EntityRef self, Effect effect, ref EntityTimers? timers)
    {
        switch (effect)
        {
            case Effect.Announce announce:
                services.Notices.Publish(announce.Notice);
                break;
            case Effect.Tell tell:
                services.Host.Route.Tell(tell.Target, tell.Command);
                break;
            case Effect.SetTimer timer:
                (timers ??= new EntityTimers(services.Time, command => services.Host.Tell(self, command))).Set(timer);
                break;
            case Effect.CancelTimer timer:
                timers?.Cancel(timer.Name);
                break;
        }
    }
}
