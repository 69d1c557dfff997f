using EndToEnd.Kit;
using Xunit.Abstractions;

namespace EndToEnd.Durability;

internal enum Victim
{
    Node,
    Worker,
    Child,
    Both,
}

/// <summary>Kills with -9 what a seed says, when it says so, and brings back what does not come back by itself.</summary>
internal sealed class Killer(Site site, int seed, ITestOutputHelper output)
{
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(4);
    private readonly Random _random = new(seed);

    /// <summary>Children killed: each may have taken one run with it, which then ends as crashed.</summary>
    public int ChildrenKilled { get; private set; }

    public async Task RunAsync(int rounds)
    {
        for (var round = 0; round < rounds; round++)
        {
            var victims = Enum.GetValues<Victim>();
            _random.Shuffle(victims);
            foreach (var victim in victims)
            {
                var pause = s_longestPause * _random.NextDouble();
                output.WriteLine($"{victim} after {pause.TotalMilliseconds:0} ms");
                await Task.Delay(pause);
                await KillAsync(victim);
            }
        }
    }

    private async Task KillAsync(Victim victim)
    {
        var node = site.Node;
        var worker = await node.WorkerAsync();
        switch (victim)
        {
            case Victim.Node:
                var family = ProcessTable.DescendantsOf(node.Id);
                node.Kill();
                await node.ExitCodeAsync(Until.Bound);
                await Until.TrueAsync("worker and children of a killed node are gone", () => !family.Any(ProcessTable.IsAlive));
                await site.StartAsync();
                break;
            case Victim.Both:
                node.KillAll();
                await node.ExitCodeAsync(Until.Bound);
                await site.StartAsync();
                break;
            case Victim.Worker:
                ProcessTable.Signal(worker, ProcessTable.SigKill);
                await Until.TrueAsync(
                    "a killed worker is replaced", () => ProcessTable.ChildrenOf(node.Id).Any(id => id != worker));
                break;
            case Victim.Child:
                await KillChildAsync(worker);
                break;
        }
    }

    private async Task KillChildAsync(int worker)
    {
        IReadOnlyList<int> children = [];
        await Until.TrueAsync("the worker has a child", () => (children = ProcessTable.ChildrenOf(worker)).Count > 0);
        var child = children[_random.Next(children.Count)];
        if (ProcessTable.Signal(child, ProcessTable.SigKill)) ChildrenKilled++;
        await Until.TrueAsync("a killed child is gone", () => !ProcessTable.IsAlive(child));
    }
}
