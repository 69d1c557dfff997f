using Actors.Tests.Support;
using Actors.Workflows;
using static Actors.Tests.Support.AWorkflow;

namespace Actors.Tests.Workflows;

public sealed class EdgeRulesTests
{
    [Fact]
    public void An_edge_has_exactly_one_source()
    {
        Assert.Contains(
            "edges[1]: must start at exactly one node: the trigger or a job",
            FaultsOf(WithEdge(Second with { SourceJobId = null })));
        Assert.Contains(
            "edges[1]: must start at exactly one node: the trigger or a job",
            FaultsOf(WithEdge(Second with { SourceTriggerId = Webhook.Id })));
    }

    [Fact]
    public void Both_ends_of_an_edge_exist()
    {
        Assert.Contains("edges[1].sourceJobId", Fields(WithEdge(Second with { SourceJobId = Sample.Id(99) })));
        Assert.Contains("edges[1].targetJobId", Fields(WithEdge(Second with { TargetJobId = Sample.Id(99) })));
        Assert.Contains("edges[1].targetJobId", Fields(WithEdge(Second with { TargetJobId = Webhook.Id })));
        Assert.Contains("edges[0].sourceTriggerId", Fields(Full with { Trigger = null }));
        Assert.Contains(
            "edges[1].sourceJobId",
            Fields(Full with { Edges = [First, Second with { SourceJobId = Webhook.Id }] }));
    }

    [Fact]
    public void An_edge_does_not_lead_from_a_job_to_itself() =>
        Assert.Equal(
            ["edges[2]: must not lead from a job to itself"],
            FaultsOf(Full with { Edges = [First, Second, Second with { Id = Sample.Id(99), TargetJobId = Load.Id }] }));

    [Theory]
    [InlineData(EdgeCondition.OnJobSuccess)]
    [InlineData(EdgeCondition.OnJobFailure)]
    public void A_trigger_neither_succeeds_nor_fails(EdgeCondition condition) =>
        Assert.Equal(
            "edges[0].condition",
            FaultOf(Full with { Edges = [First with { Condition = condition, Expression = null }, Second] }).Field);

    [Fact]
    public void An_edge_from_the_trigger_is_enabled() =>
        Assert.Equal("edges[0].enabled", FaultOf(Full with { Edges = [First with { Enabled = false }, Second] }).Field);

    [Fact]
    public void Two_nodes_have_one_edge_between_them()
    {
        var again = Second with { Id = Sample.Id(99), Condition = EdgeCondition.OnJobFailure };
        Assert.Equal(
            ["edges[2]: must be the only edge between its two nodes"], FaultsOf(Full with { Edges = [First, Second, again] }));
    }

    [Fact]
    public void An_expression_is_there_for_js_expression_and_only_then()
    {
        Assert.Equal("edges[1].expression", FaultOf(WithEdge(Second with { Expression = "true" })).Field);
        Assert.Equal(
            "edges[1].expression", FaultOf(WithEdge(Second with { Condition = EdgeCondition.JsExpression })).Field);
    }

    [Fact]
    public void A_cycle_is_named_by_its_jobs()
    {
        var back = Second with { Id = Sample.Id(99), SourceJobId = Store.Id, TargetJobId = Load.Id, Enabled = false };
        var fault = FaultOf(Full with { Edges = [First, Second, back] });

        Assert.Equal("edges", fault.Field);
        Assert.Contains(fault.Rule, new[]
        {
            "must not form a cycle: Load -> Store -> Load", "must not form a cycle: Store -> Load -> Store",
        });
    }

    [Fact]
    public void A_job_out_of_reach_of_the_trigger_is_refused()
    {
        Assert.Equal(["jobs[1]: must be reachable from the trigger"], FaultsOf(Full with { Edges = [First] }));
        Assert.Equal(
            ["jobs[0]: must be reachable from the trigger", "jobs[1]: must be reachable from the trigger"],
            FaultsOf(Full with { Edges = [Second] }));
    }

    [Fact]
    public void Without_a_trigger_every_root_is_a_beginning() =>
        Assert.Empty(FaultsOf(Full with { Trigger = null, Edges = [] }));

    [Theory]
    [InlineData("state.data.age > 18")]
    [InlineData("!state.errors && state.data['for'] === \"import; // while\"")]
    [InlineData("state.data.some(x => x.import === 'it\\'s; eval')")]
    [InlineData("state.data.process?.for")]
    [InlineData("  state.ok")]
    [InlineData("`${state.a}` === 'b'")]
    [InlineData("state.format && state.evaluate && state.important")]
    public void A_condition_is_an_expression(string expression) => Assert.Empty(EdgeExpression.FaultsOf(expression));

    [Theory]
    [InlineData("", "present")]
    [InlineData("  ", "present")]
    [InlineData("\nstate.ok", "line break")]
    [InlineData(" \r\nstate.ok", "line break")]
    [InlineData("import('fs')", "'import'")]
    [InlineData("require('fs')", "'require'")]
    [InlineData("eval('1')", "'eval'")]
    [InlineData("process.exit()", "'process'")]
    [InlineData("globalThis.x", "'globalThis'")]
    [InlineData("state.constructor.constructor('x')()", "'constructor'")]
    [InlineData("(() => { while(true) {} })()", "'while'")]
    [InlineData("(() => { for(;;) {} })()", "'for'")]
    [InlineData("`${require('fs')}`", "'require'")]
    [InlineData("state.a; state.b", "';'")]
    [InlineData("state.a // why", "comment")]
    [InlineData("state.a /* why */", "comment")]
    public void A_condition_is_nothing_else(string expression, string rule) =>
        Assert.Contains(EdgeExpression.FaultsOf(expression), fault => fault.Contains(rule, StringComparison.Ordinal));

    [Fact]
    public void A_condition_has_an_end()
    {
        Assert.Empty(EdgeExpression.FaultsOf(new string('x', 255)));
        Assert.Equal(["must be at most 255 characters"], EdgeExpression.FaultsOf(new string('x', 256)));
    }

    private static IEnumerable<string> Fields(Workflow workflow) =>
        WorkflowRules.Check(workflow, Facts).Select(fault => fault.Field);
}
