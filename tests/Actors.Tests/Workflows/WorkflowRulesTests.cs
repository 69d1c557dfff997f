using System.Diagnostics;
using Actors.Tests.Support;
using Actors.Workflows;
using static Actors.Tests.Support.AWorkflow;

namespace Actors.Tests.Workflows;

public sealed class WorkflowRulesTests
{
    [Fact]
    public void Workflows_that_keep_the_rules_have_no_faults()
    {
        Assert.Empty(FaultsOf(Full));
        Assert.Empty(FaultsOf(Cron));
        Assert.Empty(FaultsOf(Full with { Trigger = null, Edges = [Second] }));
    }

    [Fact]
    public void All_faults_are_reported_at_once_in_the_callers_words()
    {
        var workflow = Full with
        {
            Name = " ",
            Concurrency = 0,
            Trigger = Webhook with { CustomPath = "Intake", CronExpression = "* * * * *" },
            Jobs = [Load, Store with { Name = "", Adaptor = "common", CredentialId = Sample.Id(99) }],
            Edges = [First with { Enabled = false }, Second with { Expression = "true", Label = "a\nb" }],
        };

        Assert.Equal(
            [
                "name", "concurrency", "trigger.customPath", "trigger.cronExpression", "jobs[1].name", "jobs[1].adaptor",
                "jobs[1].credentialId", "edges[0].enabled", "edges[1].expression", "edges[1].label",
            ],
            WorkflowRules.Check(workflow, Facts).Select(fault => fault.Field));
    }

    [Fact]
    public void A_workflow_has_at_least_one_job()
    {
        Assert.Equal("jobs", FaultOf(Full with { Jobs = [], Edges = [] }).Field);
        Assert.Equal("jobs", FaultOf(Full with { Jobs = default, Edges = [] }).Field);
    }

    [Fact]
    public void A_workflow_has_an_end()
    {
        var jobs = Enumerable.Range(0, 501).Select(i => Store with { Id = Sample.Id(1_000 + i), Name = $"J{i}" });
        Assert.Equal("jobs", FaultOf(Full with { Jobs = [.. jobs] }).Field);
        Assert.Equal("edges", FaultOf(Full with { Edges = [.. Enumerable.Repeat(Second, 2_001)] }).Field);
        Assert.Equal("edges", FaultOf(Full with { Edges = default }).Field);
        Assert.Equal("globals", FaultOf(Full with { Globals = new string('x', 1_000_001) }).Field);
        Assert.Equal("name", FaultOf(Full with { Name = new string('x', 201) }).Field);
    }

    [Fact]
    public void Sizes_are_counted_in_bytes()
    {
        Assert.Empty(FaultsOf(WithJob(Store with { Body = new string('x', 1_000_000) })));
        Assert.Equal("jobs[1].body", FaultOf(WithJob(Store with { Body = new string('ä', 500_001) })).Field);
    }

    [Fact]
    public void A_whole_definition_is_at_most_5_MB()
    {
        var body = new string('x', 1_000_000);
        var jobs = Enumerable.Range(0, 5).Select(i => Store with { Id = Sample.Id(1_000 + i), Name = $"J{i}", Body = body });

        var fault = FaultOf(Full with { Trigger = null, Jobs = [.. jobs], Edges = [] });

        Assert.Equal(("jobs", true), (fault.Field, fault.Rule.Contains("5 MB", StringComparison.Ordinal)));
    }

    [Fact]
    public void NUL_is_refused_wherever_text_is_stored()
    {
        Assert.Equal("jobs[1].body", FaultOf(WithJob(Store with { Body = "a\0" })).Field);
        Assert.Equal("jobs[1].name", FaultOf(WithJob(Store with { Name = "a\0" })).Field);
        Assert.Equal("globals", FaultOf(Full with { Globals = "\0" }).Field);
        Assert.Equal(
            "edges[1].expression",
            FaultOf(WithEdge(Second with { Condition = EdgeCondition.JsExpression, Expression = "'\0'" })).Field);
    }

    [Fact]
    public void Names_of_jobs_are_unique() =>
        Assert.Equal("jobs[1].name: must be unique among the jobs", Assert.Single(FaultsOf(WithJob(Store with { Name = "Load" }))));

    [Fact]
    public void Ids_are_unique()
    {
        Assert.Contains("jobs[1].id", WorkflowRules.Check(WithJob(Store with { Id = Load.Id }), Facts).Select(f => f.Field));
        Assert.Contains("jobs[1].id", WorkflowRules.Check(WithJob(Store with { Id = Webhook.Id }), Facts).Select(f => f.Field));
        Assert.Contains("jobs[1].id", WorkflowRules.Check(WithJob(Store with { Id = Guid.Empty }), Facts).Select(f => f.Field));
        Assert.Equal("edges[1].id", FaultOf(WithEdge(Second with { Id = First.Id })).Field);
    }

    [Theory]
    [InlineData("@openfn/language-http@7.2.10")]
    [InlineData("@openfn/language-http@7.2.10-beta.1")]
    [InlineData("@acme/special@0.0.1")]
    public void An_adaptor_is_named_with_its_exact_version(string adaptor) =>
        Assert.Empty(FaultsOf(WithJob(Store with { Adaptor = adaptor })));

    [Theory]
    [InlineData("")]
    [InlineData("@openfn/language-http")]
    [InlineData("@openfn/language-http@latest")]
    [InlineData("@openfn/language-http@^7.0.0")]
    [InlineData("@openfn/language-http@7.2")]
    [InlineData("@openfn/language-http@7.2.10\n")]
    [InlineData("@openfn/../evil@1.0.0")]
    [InlineData("@openfn/language-http@file:/x")]
    [InlineData("language-http@7.2.10")]
    [InlineData("@acme/special-2@1.0.0")]
    public void Any_other_adaptor_is_refused(string adaptor) =>
        Assert.Equal("jobs[1].adaptor", FaultOf(WithJob(Store with { Adaptor = adaptor })).Field);

    [Fact]
    public void A_star_allows_every_adaptor() =>
        Assert.Empty(WorkflowRules.Check(
            WithJob(Store with { Adaptor = "anything@1.0.0" }), Facts with { Adaptors = ["*"] }));

    [Fact]
    public void A_credential_must_be_granted_to_the_project() =>
        Assert.Equal("jobs[1].credentialId", FaultOf(WithJob(Store with { CredentialId = Sample.Id(61) })).Field);

    [Theory]
    [InlineData("a")]
    [InlineData("a_b-c9")]
    [InlineData(null)]
    public void A_custom_path_is_lower_case(string? path) =>
        Assert.Empty(FaultsOf(WithTrigger(Webhook with { CustomPath = path })));

    [Theory]
    [InlineData("")]
    [InlineData("A")]
    [InlineData("a/b")]
    [InlineData("a\n")]
    [InlineData("0d6b2c52-8c3c-4f0f-9a3d-111111111111")]
    [InlineData("0d6b2c528c3c4f0f9a3d111111111111")]
    public void Any_other_custom_path_is_refused(string path) =>
        Assert.Equal("trigger.customPath", FaultOf(WithTrigger(Webhook with { CustomPath = path })).Field);

    [Fact]
    public void A_trigger_holds_what_its_type_needs_and_nothing_else()
    {
        var cron = Cron.Trigger!;
        Assert.Equal("trigger.cronExpression", FaultOf(Cron with { Trigger = cron with { CronExpression = null } }).Field);
        Assert.Equal("trigger.cronExpression", FaultOf(Cron with { Trigger = cron with { CronExpression = "@never" } }).Field);
        Assert.Equal("trigger.customPath", FaultOf(Cron with { Trigger = cron with { CustomPath = "a" } }).Field);
        Assert.Equal(
            "trigger.customPath", FaultOf(WithTrigger(Webhook with { CustomPath = new string('a', 256) })).Field);
    }

    [Fact]
    public void The_largest_workflow_is_checked_in_no_time()
    {
        var watch = Stopwatch.StartNew();
        Assert.Empty(FaultsOf(LargestChain()));
        Assert.True(watch.ElapsedMilliseconds < 2_000, $"{watch.ElapsedMilliseconds} ms");
    }

    private static Workflow LargestChain()
    {
        var jobs = Enumerable.Range(0, 500).Select(i => Store with { Id = Sample.Id(1_000 + i), Name = $"J{i}" }).ToArray();
        var pairs = Enumerable.Range(0, 496).SelectMany(from => Enumerable.Range(1, 4).Select(step => (from, from + step)));
        var edges = pairs.Select((pair, i) => Second with
        {
            Id = Sample.Id(10_000 + i),
            SourceJobId = jobs[pair.from].Id,
            TargetJobId = jobs[pair.Item2].Id,
        });
        return Full with { Jobs = [.. jobs], Edges = [First with { TargetJobId = jobs[0].Id }, .. edges] };
    }
}
