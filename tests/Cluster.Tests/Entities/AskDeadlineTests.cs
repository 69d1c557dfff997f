using System.Runtime.CompilerServices;
using Cluster.Entities;
using Kit;

namespace Cluster.Tests.Entities;

public sealed class AskDeadlineTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);
    private static readonly Outcome Answer = new Outcome.Replied("yes");

    [Fact]
    public async Task Asks_end_in_the_order_of_their_deadlines_and_not_before()
    {
        var time = new ManualTime();
        using var deadlines = new AskDeadlines(Timeout, time);
        var first = Watched(deadlines);
        time.Advance(TimeSpan.FromSeconds(5));
        var second = Watched(deadlines);

        time.Advance(TimeSpan.FromSeconds(14.999));
        Assert.False(first.Task.IsCompleted);

        time.Advance(AskDeadlines.Finest);
        Assert.IsType<Outcome.Unknown>(await first.Task);
        Assert.False(second.Task.IsCompleted);

        time.Advance(TimeSpan.FromSeconds(5));
        Assert.IsType<Outcome.Unknown>(await second.Task);
    }

    [Fact]
    public void An_ask_that_came_long_after_others_ended_has_its_deadline_too()
    {
        var time = new ManualTime();
        using var deadlines = new AskDeadlines(Timeout, time);
        for (var i = 0; i < 10; i++)
        {
            time.Advance(TimeSpan.FromSeconds(33.3));
            var ask = Watched(deadlines);
            time.Advance(Timeout - TimeSpan.FromMilliseconds(1));
            Assert.False(ask.Task.IsCompleted);
            time.Advance(AskDeadlines.Finest + TimeSpan.FromMilliseconds(1));
            Assert.True(ask.Task.IsCompleted);
        }
    }

    [Fact]
    public async Task An_ask_that_ended_keeps_its_outcome_and_the_others_their_deadlines()
    {
        var time = new ManualTime();
        using var deadlines = new AskDeadlines(Timeout, time);
        var asks = Enumerable.Range(0, 100).Select(_ => Watched(deadlines)).ToArray();
        var random = new Random(7);
        var answered = asks.Where(_ => random.Next(2) == 0).ToHashSet();
        foreach (var ask in answered)
        {
            ask.Complete(Answer);
        }

        time.Advance(Timeout + AskDeadlines.Finest);

        foreach (var ask in asks)
        {
            Assert.IsType(answered.Contains(ask) ? typeof(Outcome.Replied) : typeof(Outcome.Unknown), await ask.Task);
        }
    }

    [Theory]
    [InlineData(0, 1, 2)]
    [InlineData(2, 1, 0)]
    [InlineData(1, 0, 2)]
    [InlineData(1, 2, 0)]
    public void A_list_gives_up_asks_from_any_place(params int[] order)
    {
        var list = new DeadlineList(new ManualTime(), 10);
        var asks = new[] { new Envelope(0), new Envelope(1), new Envelope(2) };
        Array.ForEach(asks, list.Add);

        for (var i = 0; i < order.Length; i++)
        {
            Assert.NotNull(list.Earliest);
            list.Remove(asks[order[i]]);
            list.Remove(asks[order[i]]);
        }

        Assert.Null(list.Earliest);
        Assert.Null(list.TakeDue(long.MaxValue));
    }

    [Fact]
    public async Task What_waits_when_the_engine_ends_is_told()
    {
        var deadlines = new AskDeadlines(Timeout, new ManualTime());
        var ask = Watched(deadlines);

        deadlines.Dispose();

        Assert.IsType<Outcome.Unknown>(await ask.Task);
    }

    [Fact]
    public async Task Asks_that_ended_are_not_held_by_deadlines_or_callers_tokens()
    {
        await using var kit = await EngineKit.StartAsync();
        using var living = new CancellationTokenSource();
        var commands = await AskManyAsync(kit, living.Token);

        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();

        // What a thread's stack or a reused batch list still points to is not held by what is tested.
        Assert.InRange(commands.Count(command => command.TryGetTarget(out _)), 0, commands.Count / 10);
    }

    [Fact]
    public async Task An_ask_without_an_outcome_in_time_is_unknown_and_its_command_goes_on()
    {
        var time = new ManualTime();
        await using var kit = await EngineKit.StartAsync(time: time);
        var counter = EngineKit.NewCounter();
        var hold = await kit.Journal.HoldAsync();
        var ask = kit.AskAsync(counter, new CounterCommand.Add(6)).AsTask();

        time.Advance(EntitySettings.Default.AskTimeout + AskDeadlines.Finest);
        Assert.IsType<Outcome.Unknown>(await ask);
        hold.Dispose();

        Assert.Equal(6, await kit.ReplyAsync(counter, new CounterCommand.Read()));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<List<WeakReference<CounterCommand>>> AskManyAsync(EngineKit kit, CancellationToken cancellationToken)
    {
        var counter = EngineKit.NewCounter();
        var commands = new List<WeakReference<CounterCommand>>();
        for (var i = 0; i < 200; i++)
        {
            var command = new CounterCommand.Add(1);
            commands.Add(new WeakReference<CounterCommand>(command));
            Assert.IsType<Outcome.Replied>(await kit.Host.AskAsync(counter, command, cancellationToken));
        }

        return commands;
    }

    private static Envelope Watched(AskDeadlines deadlines)
    {
        var envelope = new Envelope("a command");
        deadlines.Watch(envelope);
        return envelope;
    }
}
