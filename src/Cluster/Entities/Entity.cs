using Cluster.Hosting;
using Cluster.Journal;
using Cluster.Sealing;
using Cluster.Sharding;

namespace Cluster.Entities;

/// <summary>What became of a message that was put to an entity.</summary>
internal enum PostResult
{
    Accepted,
    Full,

    /// <summary>The entity was passivated meanwhile: look it up again.</summary>
    Closed,
}

/// <summary>
/// One entity in memory: a mailbox around the state that <see cref="EntityCore{TState,TCommand,TEvent}"/> holds. Commands
/// are taken one at a time on the thread pool. How it fails and recovers is told in <c>Entities/README.md</c>.
/// </summary>
internal sealed class Entity<TState, TCommand, TEvent> : IThreadPoolWorkItem
    where TState : class
{
    private const int MessagesPerTurn = 64;

    private readonly EntityRegion<TState, TCommand, TEvent> _region;
    private readonly EntityRef _self;
    private readonly bool _isNew;
    private readonly Lock _gate = new();

    // Guarded by _gate.
    private Mailbox _mailbox;
    private Phase _phase;
    private bool _scheduled;
    private bool _isLetGo;
    private bool _isFresh;
    private long _lastActiveMs;

    // Touched by the running turn only.
    private readonly EntityCore<TState, TCommand, TEvent> _core;
    private bool _hasDecided;

    public Entity(EntityRegion<TState, TCommand, TEvent> region, EntityRef self, bool isNew)
    {
        _region = region;
        _self = self;
        _isNew = isNew;
        _isFresh = isNew;
        _core = new EntityCore<TState, TCommand, TEvent>(region, this);
        _phase = isNew ? Phase.Active : Phase.Unrecovered;
    }

    private enum Phase : byte
    {
        Unrecovered,
        Recovering,
        Active,
        Closed,
    }

    public EntityRef Self => _self;

    public PostResult Post(Envelope envelope)
    {
        bool recover = false, begin = false;
        lock (_gate)
        {
            if (_phase == Phase.Closed)
            {
                return PostResult.Closed;
            }

            if (_mailbox.Count >= _region.Settings.MailboxCapacity)
            {
                return PostResult.Full;
            }

            _mailbox.Add(envelope);
            _lastActiveMs = Environment.TickCount64;
            if (_phase == Phase.Unrecovered)
            {
                _phase = Phase.Recovering;
                recover = true;
            }
            else if (_isFresh)
            {
                _isFresh = false;
                _scheduled = begin = true;
            }
            else if (_phase == Phase.Active)
            {
                Schedule();
            }
        }

        if (recover)
        {
            _ = RecoverAsync();
        }
        else if (begin)
        {
            // Nobody else is at it, and nothing in a turn waits: on this thread, without a detour over the pool.
            ((IThreadPoolWorkItem)this).Execute();
        }

        return PostResult.Accepted;
    }

    /// <summary>Closes as soon as nothing is going on, unless another message comes before.</summary>
    public void LetGo()
    {
        lock (_gate)
        {
            _isLetGo = true;
        }
    }

    /// <summary>Passivates if nothing is going on. The caller then drops the entity.</summary>
    public bool TryClose(long nowMs, long idleMs)
    {
        lock (_gate)
        {
            if (IsBusyLocked() || _core.HasTimers || (nowMs - _lastActiveMs < idleMs && !_isLetGo))
            {
                return false;
            }

            _phase = Phase.Closed;
            return true;
        }
    }

    /// <summary>Leaves this node for good if nothing is going on; timers are armed again by whoever recovers it.</summary>
    public bool TryEvict()
    {
        lock (_gate)
        {
            if (IsBusyLocked())
            {
                return false;
            }

            _phase = Phase.Closed;
        }

        _core.Stop();
        return true;
    }

    /// <summary>Something is waiting, running or being committed.</summary>
    public bool IsBusy()
    {
        lock (_gate)
        {
            return IsBusyLocked();
        }
    }

    /// <summary>Stops timers for good; for a host that has stopped.</summary>
    public void Stop() => _core.Stop();

    /// <summary>An append of this entity ended. They end in the order in which they were handed over.</summary>
    public void EndAppend(PendingAppend<TState, TCommand, TEvent> append, AppendOutcome outcome)
    {
        lock (_gate)
        {
            append.Ended = outcome;
            Schedule();
        }
    }

    void IThreadPoolWorkItem.Execute()
    {
        for (var i = 0; i < MessagesPerTurn; i++)
        {
            Envelope? envelope = null;
            AppendOutcome? outcome;
            lock (_gate)
            {
                outcome = _core.EndedAppend;
                if (outcome is null && _phase == Phase.Active && !_core.HasFailed)
                {
                    envelope = _mailbox.Take();
                    _isLetGo &= envelope is null;
                }

                if (outcome is null && envelope is null)
                {
                    _scheduled = false;
                    CloseIfDone();
                    return;
                }
            }

            Turn(envelope, outcome);
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    private bool IsBusyLocked() => _phase == Phase.Recovering || _scheduled || _mailbox.Count > 0 || _core.IsPersisting;

    private void Turn(Envelope? envelope, AppendOutcome? outcome)
    {
        if (outcome is { } ended)
        {
            _core.Settle(ended);
            if (_core is { HasFailed: true, IsPersisting: false })
            {
                StartOver();
            }
        }
        else
        {
            _core.Take(envelope!);
            NoteDecision();
        }
    }

    private void NoteDecision()
    {
        if (_isNew && !_hasDecided)
        {
            _region.Writer.Arrived();
        }

        _hasDecided = true;
    }

    /// <summary>What was let go leaves memory at once, and what was to begin with its first command and did not because that was refused: under
    /// load there are thousands of them per second, and what stays for seconds has to be moved by the collector.</summary>
    private void CloseIfDone()
    {
        if ((_isNew && _core.IsBlank) || (_isLetGo && !IsBusyLocked() && !_core.HasTimers))
        {
            _phase = Phase.Closed;
            _region.Drop(this);
        }
    }

    private void Schedule()
    {
        if (!_scheduled)
        {
            _scheduled = true;
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    /// <summary>Forgets everything not committed; the next message, or one that waits already, recovers from the journal.</summary>
    private void StartOver()
    {
        _core.StartOver();
        bool recover;
        lock (_gate)
        {
            recover = _mailbox.Count > 0;
            _phase = recover ? Phase.Recovering : Phase.Unrecovered;
        }

        if (recover)
        {
            _ = RecoverAsync();
        }
    }

    private async Task RecoverAsync()
    {
        try
        {
            _core.Adopt(await _region.RecoverAsync(_self).ConfigureAwait(false));
            lock (_gate)
            {
                _phase = Phase.Active;
                Schedule();
            }
        }
        catch (SetAsideException e)
        {
            RefuseWaiting(e.Message);
        }
        catch (IntegrityException e)
        {
            Log.IntegrityFailed(_region.Logger, _self, e.Message);
            _region.Services.Notices.Publish(IntegrityFault.Of(_self));
            RefuseWaiting("what is stored of it is damaged");
        }
        catch (Exception e) when (e is KeyDestroyedException or KeysSealedException)
        {
            Log.RecoveryWithoutKey(_region.Logger, _self, e.Message);
            RefuseWaiting(e.Message);
        }
        catch (Exception e)
        {
            Log.RecoveryFailed(_region.Logger, _self, e);
            RefuseWaiting("recovery failed");
        }
    }

    private void RefuseWaiting(string reason)
    {
        var refused = new List<Envelope>();
        lock (_gate)
        {
            _phase = Phase.Unrecovered;
            while (_mailbox.Take() is { } envelope)
            {
                refused.Add(envelope);
            }
        }

        foreach (var envelope in refused)
        {
            envelope.Complete(new Outcome.Unavailable(reason));
        }
    }
}
