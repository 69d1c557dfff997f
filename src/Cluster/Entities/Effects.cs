using Cluster.Hosting;

namespace Cluster.Entities;

/// <summary>Does what behaviours describe, for one entity. A failing effect is logged; it never fails what was committed.</summary>
internal sealed class Effects(EntityServices services, EntityRef self)
{
    private EntityTimers? _timers;

    public bool HasTimers => _timers is { IsEmpty: false };

    public void Perform(IEnumerable<Effect> effects)
    {
        try
        {
            foreach (var effect in effects)
            {
                Perform(effect);
            }
        }
        catch (Exception e)
        {
            Log.EffectFailed(services.Logger, self, e);
        }
    }

    public void Clear() => _timers?.Clear();

    private void Perform(Effect effect)
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
                (_timers ??= new EntityTimers(services.Time, command => services.Host.Tell(self, command))).Set(timer);
                break;
            case Effect.CancelTimer timer:
                _timers?.Cancel(timer.Name);
                break;
        }
    }
}
