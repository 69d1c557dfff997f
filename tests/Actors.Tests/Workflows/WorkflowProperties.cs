using Actors.Tests.Support;
using Actors.Workflows;
using FsCheck;
using FsCheck.Fluent;
using static Actors.Tests.Support.AWorkflow;

namespace Actors.Tests.Workflows;

/// <summary>Random graphs: each job has an edge from an earlier node, so that the graph is acyclic and within reach.</summary>
public sealed class WorkflowProperties
{
    [Fact]
    public void A_graph_without_a_cycle_is_accepted_in_any_order_of_jobs_and_edges() =>
        Prop.ForAll(Graphs(), graph => Assert.Empty(FaultsOf(graph.Shuffled()))).QuickCheckThrowOnFailure();

    [Fact]
    public void A_graph_without_its_trigger_is_accepted_as_well() =>
        Prop.ForAll(Graphs(), graph => Assert.Empty(FaultsOf(graph.WithoutTrigger()))).QuickCheckThrowOnFailure();

    [Fact]
    public void A_planted_cycle_is_found_and_named() =>
        Prop.ForAll(Graphs(), graph =>
        {
            var (workflow, planted) = graph.WithCycle();
            if (!planted) return;

            var fault = Assert.Single(
                WorkflowRules.Check(workflow, Facts),
                fault => fault.Rule.StartsWith("must not form a cycle: ", StringComparison.Ordinal));
            AssertIsCycle(workflow, fault.Rule["must not form a cycle: ".Length..].Split(" -> "));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_job_that_nothing_leads_to_is_found() =>
        Prop.ForAll(Graphs(), graph =>
        {
            var workflow = graph.Shuffled();
            var island = Store with { Id = Sample.Id(9), Name = "Island" };
            var fault = FaultOf(workflow with { Jobs = workflow.Jobs.Add(island) });
            Assert.Equal($"jobs[{workflow.Jobs.Length}]", fault.Field);
        }).QuickCheckThrowOnFailure();

    /// <summary>Names in the message are cut in the middle when a cycle is long: what is there must be edges.</summary>
    private static void AssertIsCycle(Workflow workflow, string[] names)
    {
        Assert.Equal(names[0], names[^1]);
        var ids = workflow.Jobs.ToDictionary(job => job.Name, job => job.Id);
        foreach (var (from, to) in names.Zip(names.Skip(1)).Where(pair => pair.First != "..." && pair.Second != "..."))
        {
            Assert.Contains(workflow.Edges, edge => edge.SourceJobId == ids[from] && edge.TargetJobId == ids[to]);
        }
    }

    private static Arbitrary<Graph> Graphs() =>
        Arb.From(
            from size in Gen.Choose(1, 40)
            from parents in Gen.Choose(0, int.MaxValue - 1).ListOf(size)
            from extra in Gen.Choose(0, int.MaxValue - 1).ListOf(size)
            from seed in Gen.Choose(0, int.MaxValue - 1)
            select new Graph([.. parents], [.. extra], seed));

    /// <summary>Node 0 is the trigger, the jobs count from 1; each has an edge or two from nodes of a lower number.</summary>
    private sealed record Graph(int[] Parents, int[] Extra, int Seed)
    {
        private int Size => Parents.Length;

        public Workflow Shuffled()
        {
            var random = new Random(Seed);
            var workflow = Build(Pairs());
            return workflow with
            {
                Jobs = [.. workflow.Jobs.OrderBy(_ => random.Next())],
                Edges = [.. workflow.Edges.OrderBy(_ => random.Next())],
            };
        }

        public Workflow WithoutTrigger() => Build(Pairs().Where(pair => pair.From > 0)) with { Trigger = null };

        /// <summary>An edge back from a job to one that it can be reached from.</summary>
        public (Workflow Workflow, bool Planted) WithCycle()
        {
            var last = (Seed % Size) + 1;
            var first = last;
            while (Parent(first) > 0)
            {
                first = Parent(first);
            }

            var pairs = Pairs().Append((last, first));
            return (Build(pairs), first != last);
        }

        public override string ToString() => string.Join(", ", Pairs().Select(pair => $"{pair.From}->{pair.To}"));

        private int Parent(int job) => Parents[job - 1] % job;

        private IEnumerable<(int From, int To)> Pairs() =>
            Enumerable.Range(1, Size)
                .SelectMany(job => new[] { (Parent(job), job), (Extra[job - 1] % job, job) })
                .Distinct();

        private Workflow Build(IEnumerable<(int From, int To)> pairs) => Full with
        {
            Jobs = [.. Enumerable.Range(1, Size).Select(i => Store with { Id = Sample.Id(100 + i), Name = $"J{i}" })],
            Edges = [.. pairs.Select((pair, i) => new Edge(
                Sample.Id(1_000 + i),
                pair.From == 0 ? Webhook.Id : null,
                pair.From == 0 ? null : Sample.Id(100 + pair.From),
                Sample.Id(100 + pair.To),
                EdgeCondition.Always,
                null,
                null,
                true))],
        };
    }
}
