using Cluster.Entities;
using Cluster.Tests.Entities;

namespace Cluster.Tests.Sharding.Nodes;

/// <summary>A node that asks two counters of one shard again and again, and dies when it recovers the poisoned one.</summary>
internal static class NodeChild
{
    /// <summary>An event that adds so much kills its node.</summary>
    public const long Poison = 666;

    public static async Task<int> RunAsync(string connectionString, Guid poisoned, Guid healthy)
    {
        await using var node = await ClusterNode.StartAsync(connectionString, "child", behavior: new PoisonedBehavior());
        while (true)
        {
            Console.WriteLine(Text(await node.AskAsync(new EntityRef("counter", healthy), new CounterCommand.Add(1))));
            Console.WriteLine(Text(await node.AskAsync(new EntityRef("counter", poisoned), new CounterCommand.Read())));
            await Task.Delay(100);
        }
    }

    private static string Text(Outcome outcome) => outcome switch
    {
        Outcome.Replied replied => $"{replied.Reply}",
        Outcome.Unavailable unavailable => unavailable.Reason,
        _ => outcome.GetType().Name,
    };

    private sealed class PoisonedBehavior : IEntityBehavior<CounterState, CounterCommand, CounterEvent>
    {
        private readonly CounterBehavior _counter = new();

        public CounterState Initial => _counter.Initial;

        public Decision<CounterEvent> Decide(CounterState state, CounterCommand command, in DecisionContext context) =>
            _counter.Decide(state, command, context);

        public CounterState Evolve(CounterState state, CounterEvent @event)
        {
            if (@event is CounterEvent.Added { Amount: Poison })
            {
                Environment.FailFast("a poisoned event");
            }

            return _counter.Evolve(state, @event);
        }

        public IEnumerable<Effect> React(CounterState state, CounterEvent @event) => _counter.React(state, @event);

        public IEnumerable<Effect> Resume(CounterState state) => _counter.Resume(state);
    }
}
