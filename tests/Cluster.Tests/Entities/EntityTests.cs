using Cluster.Entities;
using Cluster.Journal;
using Cluster.Sealing;
using Cluster.Streams;
using Kit;

namespace Cluster.Tests.Entities;

public sealed class EntityTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_reply_means_that_events_and_rows_are_committed()
    {
        await using var kit = await EngineKit.StartAsync();
        var counter = EngineKit.NewCounter();

        Assert.Equal(5, await kit.ReplyAsync(counter, new CounterCommand.Add(5)));
        Assert.Equal(5, await kit.RowAsync(counter));

        await kit.RestartAsync();
        Assert.Equal(5, await kit.ReplyAsync(counter, new CounterCommand.Read()));
    }

    [Fact]
    public async Task An_entity_that_forgets_its_history_recovers_to_what_stays()
    {
        await using var kit = await EngineKit.StartAsync(snapshotEvery: 100);
        var counter = EngineKit.NewCounter();
        await kit.ReplyAsync(counter, new CounterCommand.Add(5));
        await kit.ReplyAsync(counter, new CounterCommand.Add(6));
        Assert.Equal(0, await kit.ReplyAsync(counter, new CounterCommand.Forget()));
        Assert.Single(await kit.Journal.ReadAsync(counter, 0, CancellationToken.None).ToListAsync());

        await kit.RestartAsync();
        Assert.Equal(0, await kit.ReplyAsync(counter, new CounterCommand.Read()));
        Assert.Equal(7, await kit.ReplyAsync(counter, new CounterCommand.Add(7)));
    }

    [Fact]
    public async Task A_projection_hears_on_whose_behalf_a_command_came()
    {
        await using var kit = await EngineKit.StartAsync();
        var (asked, unasked) = (EngineKit.NewCounter(), EngineKit.NewCounter());

        Origin.Current = "somebody";
        await kit.ReplyAsync(asked, new CounterCommand.Note("hello"));
        Origin.Current = null;
        await kit.ReplyAsync(unasked, new CounterCommand.Note("hello"));

        Assert.Equal("hello of somebody", await kit.NoteAsync(asked));
        Assert.Equal("hello", await kit.NoteAsync(unasked));
    }

    [Fact]
    public void An_origin_has_a_bound() =>
        Assert.Throws<ArgumentException>(() => Origin.Current = new string('x', Origin.MaxBytes + 1));

    [Fact]
    public async Task Commands_are_decided_in_order_while_earlier_ones_are_being_committed()
    {
        await using var kit = await EngineKit.StartAsync();
        var counter = EngineKit.NewCounter();
        var hold = await kit.Journal.HoldAsync();

        var asks = Enumerable.Range(1, 100).Select(_ => kit.AskAsync(counter, new CounterCommand.Add(1)).AsTask()).ToList();
        var read = kit.AskAsync(counter, new CounterCommand.Read()).AsTask();
        var refused = kit.AskAsync(counter, new CounterCommand.Add(-1)).AsTask();
        await Task.Delay(50);

        Assert.DoesNotContain(asks, ask => ask.IsCompleted);
        Assert.False(read.IsCompleted, "A plain answer waits for the commit of what it was decided on.");
        Assert.False(refused.IsCompleted, "So does a refusal.");
        hold.Dispose();

        var replies = await Task.WhenAll(asks);
        Assert.Equal(Enumerable.Range(1, 100).Select(n => (object)(long)n), replies.Select(r => ((Outcome.Replied)r).Reply));
        Assert.Equal(100L, ((Outcome.Replied)await read).Reply);
        Assert.Equal("negative", ((Outcome.Refused)await refused).Refusal.Code);
    }

    [Fact]
    public async Task Many_entities_and_askers_lose_and_double_nothing()
    {
        await using var kit = await EngineKit.StartAsync(snapshotEvery: 10);
        var counters = Enumerable.Range(0, 50).Select(_ => EngineKit.NewCounter()).ToArray();

        await Task.WhenAll(Enumerable.Range(0, 5_000).Select(i =>
            kit.ReplyAsync(counters[i % 50], new CounterCommand.Add(1))));

        await kit.RestartAsync();
        foreach (var counter in counters)
        {
            Assert.Equal(100, await kit.ReplyAsync(counter, new CounterCommand.Read()));
            Assert.Equal(100, await kit.RowAsync(counter));
        }
    }

    [Fact]
    public async Task A_store_that_refuses_stops_the_entity_and_the_next_message_recovers_it()
    {
        await using var kit = await EngineKit.StartAsync();
        var counter = EngineKit.NewCounter();
        await kit.ReplyAsync(counter, new CounterCommand.Add(1));
        var failures = 1;
        kit.Journal.BeforeAppend = _ =>
        {
            if (failures-- > 0)
            {
                throw new JournalUnavailableException("the disk is full");
            }
        };

        Assert.IsType<Outcome.Unavailable>(await kit.AskAsync(counter, new CounterCommand.Add(10)));
        Assert.Equal(3, await kit.ReplyAsync(counter, new CounterCommand.Add(2)));
        Assert.Equal(3, await kit.RowAsync(counter));
    }

    [Fact]
    public async Task What_was_decided_on_a_failed_append_fails_with_it()
    {
        await using var kit = await EngineKit.StartAsync(journal: new BatchBounds(100, 1, 1 << 20));
        var counter = EngineKit.NewCounter();
        await kit.ReplyAsync(counter, new CounterCommand.Add(1));
        var hold = await kit.Journal.HoldAsync();
        var failures = 1;
        kit.Journal.BeforeAppend = _ =>
        {
            if (failures-- > 0)
            {
                throw new JournalUnavailableException("the disk is full");
            }
        };
        var asks = Enumerable.Range(0, 5).Select(_ => kit.AskAsync(counter, new CounterCommand.Add(10)).AsTask()).ToList();
        var read = kit.AskAsync(counter, new CounterCommand.Read()).AsTask();
        hold.Dispose();

        Assert.All(await Task.WhenAll(asks), outcome => Assert.IsType<Outcome.Unavailable>(outcome));
        Assert.IsType<Outcome.Unavailable>(await read);
        Assert.Equal(1, await kit.ReplyAsync(counter, new CounterCommand.Read()));
    }

    [Fact]
    public async Task A_commit_that_was_not_confirmed_is_unknown_and_recovery_shows_it()
    {
        await using var kit = await EngineKit.StartAsync();
        var counter = EngineKit.NewCounter();
        var failures = 1;
        kit.Journal.AfterAppend = () =>
        {
            if (failures-- > 0)
            {
                throw new JournalOutcomeUnknownException("the connection broke");
            }
        };

        Assert.IsType<Outcome.Unknown>(await kit.AskAsync(counter, new CounterCommand.Add(10)));
        Assert.Equal(10, await kit.ReplyAsync(counter, new CounterCommand.Read()));
    }

    [Fact]
    public async Task An_id_taken_for_new_that_exists_cannot_be_overwritten()
    {
        await using var kit = await EngineKit.StartAsync();
        var counter = EngineKit.NewCounter();
        await kit.ReplyAsync(counter, new CounterCommand.Add(7));
        await kit.RestartAsync();

        var outcome = await kit.Host.AskNewAsync(counter, new CounterCommand.Add(1), CancellationToken.None);

        Assert.IsType<Outcome.Unavailable>(outcome);
        Assert.Equal(7, await kit.ReplyAsync(counter, new CounterCommand.Read()));
    }

    [Fact]
    public async Task A_behaviour_that_throws_changes_nothing_and_the_entity_goes_on()
    {
        await using var kit = await EngineKit.StartAsync();
        var counter = EngineKit.NewCounter();
        await kit.ReplyAsync(counter, new CounterCommand.Add(1));

        Assert.IsType<Outcome.Unavailable>(await kit.AskAsync(counter, new CounterCommand.Throw()));
        Assert.IsType<Outcome.Unavailable>(await kit.AskAsync(counter, new CounterCommand.Break()));
        Assert.Equal(2, await kit.ReplyAsync(counter, new CounterCommand.Add(1)));
    }

    [Fact]
    public async Task A_full_mailbox_and_a_full_journal_refuse_as_overloaded()
    {
        await using var kit = await EngineKit.StartAsync(
            EntitySettings.Default with { MailboxCapacity = 3 }, journal: new BatchBounds(2, 1, 1 << 20));
        var hold = await kit.Journal.HoldAsync();

        var asks = Enumerable.Range(0, 50).Select(_ =>
            kit.AskAsync(EngineKit.NewCounter(), new CounterCommand.Add(1)).AsTask()).ToList();
        await Task.Delay(100);
        Assert.Contains(asks, ask => ask.IsCompleted && ask.Result is Outcome.Overloaded);
        hold.Dispose();

        var outcomes = await Task.WhenAll(asks);
        Assert.All(outcomes, outcome => Assert.True(outcome is Outcome.Overloaded or Outcome.Replied));
        Assert.Contains(outcomes, outcome => outcome is Outcome.Replied);
    }

    [Fact]
    public async Task What_was_to_begin_and_was_refused_leaves_memory_at_once()
    {
        await using var kit = await EngineKit.StartAsync(journal: new BatchBounds(2, 1, 1 << 20));
        var hold = await kit.Journal.HoldAsync();

        var asks = Enumerable.Range(0, 50).Select(_ =>
            kit.Host.AskNewAsync(EngineKit.NewCounter(), new CounterCommand.Add(1), CancellationToken.None).AsTask()).ToList();
        await Eventually(() => asks.Count(ask => ask.IsCompleted) >= 47 && kit.Host.Live.Single().Value == asks.Count(ask => !ask.IsCompleted));
        hold.Dispose();

        var outcomes = await Task.WhenAll(asks);
        Assert.Equal(outcomes.Count(outcome => outcome is Outcome.Replied), kit.Host.Live.Single().Value);
        await Eventually(() => !kit.Writer.IsFull);
    }

    [Fact]
    public async Task A_refused_id_can_be_tried_again()
    {
        await using var kit = await EngineKit.StartAsync();
        var counter = EngineKit.NewCounter();

        Assert.IsType<Outcome.Unavailable>(await kit.Host.AskNewAsync(counter, new CounterCommand.Throw(), CancellationToken.None));
        await Eventually(() => kit.Host.Live.Single().Value == 0);

        Assert.Equal(4, await kit.ReplyAsync(counter, new CounterCommand.Add(4)));
    }

    [Fact]
    public async Task What_is_let_go_leaves_memory_when_it_is_done_and_comes_back_with_its_state()
    {
        await using var kit = await EngineKit.StartAsync();
        var counter = EngineKit.NewCounter();
        kit.Host.LetGo(counter);
        Assert.Equal(0, kit.Host.Live.Single().Value);
        using var letting = kit.Notices.Subscribe<CounterChanged>(_ => kit.Host.LetGo(counter));

        await kit.ReplyAsync(counter, new CounterCommand.Add(3, Announce: true));
        await Eventually(() => kit.Host.Live.Single().Value == 0);

        Assert.Equal(3, await kit.ReplyAsync(counter, new CounterCommand.Read()));
        Assert.Equal(1, kit.Host.Live.Single().Value);
    }

    [Fact]
    public async Task What_is_let_go_stays_while_a_timer_is_open()
    {
        var time = new ManualTime();
        await using var kit = await EngineKit.StartAsync(time: time);
        var counter = EngineKit.NewCounter();
        var changed = NextNotice(kit);
        await kit.ReplyAsync(counter, new CounterCommand.Remind(time.GetUtcNow() + TimeSpan.FromHours(1), 40));
        kit.Host.LetGo(counter);
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(1, kit.Host.Live.Single().Value);

        time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(40, (await changed.WaitAsync(Patience)).Value);
    }

    [Fact]
    public async Task What_is_idle_and_let_go_leaves_memory_within_a_second()
    {
        var time = new ManualTime();
        await using var kit = await EngineKit.StartAsync(time: time);
        var counter = EngineKit.NewCounter();
        await kit.ReplyAsync(counter, new CounterCommand.Add(3));
        kit.Host.LetGo(counter);

        await Eventually(() =>
        {
            time.Advance(TimeSpan.FromSeconds(1));
            return kit.Host.Live.Single().Value == 0;
        });
    }

    [Fact]
    public async Task Room_that_is_expected_to_be_taken_counts_as_taken()
    {
        await using var kit = await EngineKit.StartAsync(journal: new BatchBounds(2, 1, 1 << 20));
        kit.Writer.Expect();
        Assert.False(kit.Writer.IsFull);
        kit.Writer.Expect();
        Assert.True(kit.Writer.IsFull);
        kit.Writer.Arrived();
        Assert.False(kit.Writer.IsFull);
    }

    [Fact]
    public async Task An_attachment_is_stored_without_an_event()
    {
        await using var kit = await EngineKit.StartAsync();
        var counter = EngineKit.NewCounter();

        Assert.Equal(0, await kit.ReplyAsync(counter, new CounterCommand.Note("hello")));
        Assert.Equal("hello", await kit.NoteAsync(counter));
    }

    [Fact]
    public async Task A_snapshot_saves_replaying_what_it_holds()
    {
        await using var kit = await EngineKit.StartAsync(snapshotEvery: 10);
        var counter = EngineKit.NewCounter();
        for (var i = 0; i < 13; i++)
        {
            await kit.ReplyAsync(counter, new CounterCommand.AddTwice(1));
        }

        await kit.RestartAsync();
        var snapshot = await kit.Journal.ReadSnapshotAsync(counter, CancellationToken.None);

        Assert.Equal(20, snapshot!.Value.SequenceNr);
        Assert.Equal(26, await kit.ReplyAsync(counter, new CounterCommand.Read()));
        Assert.Equal(28, await kit.ReplyAsync(counter, new CounterCommand.AddTwice(1)));
    }

    [Fact]
    public async Task Idle_entities_leave_memory_and_come_back_with_their_state()
    {
        var time = new ManualTime();
        await using var kit = await EngineKit.StartAsync(
            EntitySettings.Default with { PassivateAfter = TimeSpan.FromMilliseconds(1) }, time);
        var counter = EngineKit.NewCounter();
        await kit.ReplyAsync(counter, new CounterCommand.Add(3));
        await Task.Delay(50);

        await Eventually(() =>
        {
            time.Advance(TimeSpan.FromSeconds(2));
            return kit.Host.Live.Single().Value == 0;
        });

        Assert.Equal(3, await kit.ReplyAsync(counter, new CounterCommand.Read()));
    }

    [Fact]
    public async Task A_timer_fires_once_and_keeps_its_entity_in_memory()
    {
        var time = new ManualTime();
        await using var kit = await EngineKit.StartAsync(
            EntitySettings.Default with { PassivateAfter = TimeSpan.FromMilliseconds(1) }, time);
        var counter = EngineKit.NewCounter();
        var changed = NextNotice(kit);
        await kit.ReplyAsync(counter, new CounterCommand.Remind(time.GetUtcNow() + TimeSpan.FromHours(1), 40));
        await Task.Delay(50);

        time.Advance(TimeSpan.FromMinutes(59));
        Assert.Equal(1, kit.Host.Live.Single().Value);
        time.Advance(TimeSpan.FromMinutes(2));

        Assert.Equal(40, (await changed.WaitAsync(Patience)).Value);
    }

    [Fact]
    public async Task A_cancelled_timer_does_not_fire()
    {
        var time = new ManualTime();
        await using var kit = await EngineKit.StartAsync(time: time);
        var counter = EngineKit.NewCounter();
        await kit.ReplyAsync(counter, new CounterCommand.Remind(time.GetUtcNow() + TimeSpan.FromHours(1), 40));
        await kit.ReplyAsync(counter, new CounterCommand.CancelReminder());

        time.Advance(TimeSpan.FromHours(2));

        Assert.Equal(0, await kit.ReplyAsync(counter, new CounterCommand.Read()));
    }

    [Fact]
    public async Task A_tell_reaches_another_entity_after_the_commit()
    {
        await using var kit = await EngineKit.StartAsync();
        var (from, to) = (EngineKit.NewCounter(), EngineKit.NewCounter());
        var changed = NextNotice(kit);

        await kit.ReplyAsync(from, new CounterCommand.Forward(to, 9));

        Assert.Equal(9, (await changed.WaitAsync(Patience)).Value);
        Assert.Equal(9, await kit.ReplyAsync(to, new CounterCommand.Read()));
    }

    [Fact]
    public async Task What_was_committed_is_announced_before_it_is_answered()
    {
        await using var kit = await EngineKit.StartAsync();
        var counter = EngineKit.NewCounter();

        // Its recovery announces something, too.
        await kit.ReplyAsync(counter, new CounterCommand.Read());
        var hold = await kit.Journal.HoldAsync();
        var ask = kit.AskAsync(counter, new CounterCommand.Add(3, Announce: true)).AsTask();
        var wasAnswered = new TaskCompletionSource<bool>();
        using var subscription = kit.Notices.Subscribe<CounterChanged>(_ => wasAnswered.TrySetResult(ask.IsCompleted));
        hold.Dispose();

        Assert.False(await wasAnswered.Task.WaitAsync(Patience));
        Assert.IsType<Outcome.Replied>(await ask);
    }

    [Fact]
    public async Task Recovery_arms_again_what_the_state_says()
    {
        await using var kit = await EngineKit.StartAsync();
        var counter = EngineKit.NewCounter();
        await kit.ReplyAsync(counter, new CounterCommand.Add(4));
        await kit.RestartAsync();
        var resumed = new TaskCompletionSource<CounterChanged>();
        using var subscription = kit.Notices.Subscribe<CounterChanged>(notice => resumed.TrySetResult(notice));

        await kit.ReplyAsync(counter, new CounterCommand.Read());

        Assert.Equal("resumed", (await resumed.Task.WaitAsync(Patience)).Entity.Type);
    }

    [Fact]
    public async Task A_failed_recovery_refuses_and_the_next_message_tries_again()
    {
        await using var kit = await EngineKit.StartAsync();
        var counter = EngineKit.NewCounter();
        await kit.ReplyAsync(counter, new CounterCommand.Add(4));
        await kit.RestartAsync();
        kit.Journal.BeforeRead = () => throw new JournalUnavailableException("no disk");

        Assert.IsType<Outcome.Unavailable>(await kit.AskAsync(counter, new CounterCommand.Read()));
        kit.Journal.BeforeRead = null;

        Assert.Equal(4, await kit.ReplyAsync(counter, new CounterCommand.Read()));
    }

    [Theory]
    [InlineData("update journal set payload = (select payload from journal where seq_nr = 2) where seq_nr = 1")]
    [InlineData("update journal set payload = x'7b7d'")]
    public async Task What_is_damaged_is_not_served_and_announced(string sql)
    {
        await using var kit = await EngineKit.StartAsync();
        var (counter, sound) = (EngineKit.NewCounter(), EngineKit.NewCounter());
        await kit.ReplyAsync(counter, new CounterCommand.Add(4));
        await kit.ReplyAsync(counter, new CounterCommand.Add(5));
        await kit.TamperAsync(sql);
        await kit.ReplyAsync(sound, new CounterCommand.Add(1));
        var faults = new List<IntegrityFault>();
        using var subscription = kit.Notices.Subscribe<IntegrityFault>(faults.Add);

        Assert.IsType<Outcome.Unavailable>(await kit.AskAsync(counter, new CounterCommand.Add(1)));
        Assert.IsType<Outcome.Unavailable>(await kit.AskAsync(counter, new CounterCommand.Read()));
        Assert.Equal(1, await kit.ReplyAsync(sound, new CounterCommand.Read()));
        Assert.Equal([new IntegrityFault("counter", counter.Id), new IntegrityFault("counter", counter.Id)], faults);
    }

    [Fact]
    public async Task Without_its_key_an_entity_is_not_served_until_it_is_back()
    {
        await using var kit = await EngineKit.StartAsync();
        var counter = EngineKit.NewCounter();
        await kit.ReplyAsync(counter, new CounterCommand.Add(4));
        kit.Keys.IsSealed = true;
        Assert.IsType<Outcome.Unavailable>(await kit.AskAsync(counter, new CounterCommand.Add(5)));
        Assert.IsType<Outcome.Unavailable>(await kit.AskAsync(counter, new CounterCommand.Read()));

        kit.Keys.IsSealed = false;
        Assert.Equal(4, await kit.ReplyAsync(counter, new CounterCommand.Read()));
    }

    [Fact]
    public async Task A_caller_that_stops_waiting_knows_nothing_and_the_command_goes_on()
    {
        await using var kit = await EngineKit.StartAsync();
        var counter = EngineKit.NewCounter();
        var hold = await kit.Journal.HoldAsync();
        using var cancel = new CancellationTokenSource();

        var ask = kit.Host.AskAsync(counter, new CounterCommand.Add(6), cancel.Token);
        await cancel.CancelAsync();
        Assert.IsType<Outcome.Unknown>(await ask);
        hold.Dispose();

        Assert.Equal(6, await kit.ReplyAsync(counter, new CounterCommand.Read()));
    }

    [Fact]
    public async Task A_stopping_engine_finishes_what_it_accepted_and_takes_no_more()
    {
        await using var kit = await EngineKit.StartAsync();
        var counter = EngineKit.NewCounter();
        var hold = await kit.Journal.HoldAsync();
        var accepted = kit.AskAsync(counter, new CounterCommand.Add(8)).AsTask();
        await Task.Delay(50);

        var stop = kit.Host.StopAsync();
        var late = await kit.AskAsync(counter, new CounterCommand.Add(1));
        hold.Dispose();
        await stop;

        Assert.IsType<Outcome.Unavailable>(late);
        Assert.Equal(8L, ((Outcome.Replied)await accepted).Reply);
    }

    private static Task<CounterChanged> NextNotice(EngineKit kit)
    {
        var heard = new TaskCompletionSource<CounterChanged>(TaskCreationOptions.RunContinuationsAsynchronously);
        kit.Notices.Subscribe<CounterChanged>(notice =>
        {
            if (notice.Entity.Type is null)
            {
                heard.TrySetResult(notice);
            }
        });
        return heard.Task;
    }

    private static async Task Eventually(Func<bool> holds)
    {
        for (var i = 0; !holds(); i++)
        {
            Assert.True(i < 200, "It did not come true.");
            await Task.Delay(20);
        }
    }
}
