using Actors.Projects;
using Actors.Runs;
using static Actors.Tests.Support.ARun;
using static Actors.Tests.Support.Sample;

namespace Actors.Tests.Runs;

/// <summary>A run of a project that stores nothing writes down nothing that job code or a caller said (S0-03).</summary>
public sealed class RunStorageTests
{
    private const string Marker = "MARKER";
    private static readonly RunPlan Unstored = Plan with { Storage = RetentionPolicy.EraseAll };

    private static readonly RunEvent[] Begun =
        [new RunEvent.Created(Unstored, At(0)) { RunId = RunId }, Claimed(), Reported(2, Started(), StepStarted())];

    [Fact]
    public void Bodies_are_attached_as_what_is_never_stored()
    {
        var input = Output(InputId);
        Given().When(new RunCommand.Create(Unstored, input)).ThenAttached(new UnstoredBody(input));
        Given().When(new RunCommand.Reject(Unstored, input, "too_many_runs")).ThenAttached(new UnstoredBody(input));
    }

    [Fact]
    public void Texts_of_job_code_are_left_out_of_events_and_log()
    {
        var output = Output(OutputA);
        var failed = new RunReport.StepComplete(At(14), StepA, JobA, ExitReason.Fail, Marker, Marker, output, false, 5, 5);
        var verdict = Given(Begun).When(Report(
            2, Log(Marker), failed, new RunReport.Complete(At(15), ExitReason.Crash, "TypeError", Marker, null, null)));
        verdict.ThenAttached(new UnstoredBody(output));
        var text = string.Concat(verdict.Decision.Events.Select(@event => System.Text.Encoding.UTF8.GetString(new RunCodec().Encode(@event).Bytes.Span)));
        Assert.DoesNotContain(Marker, text, StringComparison.Ordinal);
        Assert.Equal(("TypeError", null), (verdict.State.ErrorType, verdict.State.ErrorMessage));
        Assert.Equal("Error", verdict.State.FinishedSteps[0].ErrorType);
    }

    [Fact]
    public void Steps_that_a_retry_takes_over_bring_no_texts()
    {
        var step = new ReusedStep(StepB, JobB, ExitReason.Fail, null, OutputA, false, Marker, Marker, At(1), At(2), 1, 1);
        var verdict = Given().When(new RunCommand.Create(Unstored with { InputDataclipId = null }, null) { Reused = [step] });
        var created = Assert.IsType<RunEvent.Created>(Assert.Single(verdict.Decision.Events));
        Assert.Equal(("Error", null), (created.Reused!.Value[0].ErrorType, created.Reused.Value[0].ErrorMessage));
    }

    [Fact]
    public void Without_its_bodies_the_run_is_lost()
    {
        var verdict = Given(Begun).When(new RunCommand.LoseBodies(1));
        Assert.Equal((RunStatus.Lost, RunLoss.BodiesLost), (verdict.State.Status, verdict.State.ErrorType));
        Given(Begun).When(new RunCommand.LoseBodies(2)).ThenOnly(RunReply.Done.Instance);
        Given(WithOpenStep()).When(new RunCommand.LoseBodies(1)).ThenOnly(RunReply.Done.Instance);
    }

    [Fact]
    public void Reports_without_bodies_say_that_outputs_are_lost()
    {
        var stripped = RunStorage.WithoutBodies([StepComplete(Output(OutputA)), StepComplete()]);
        Assert.Equal([true, false], stripped.Cast<RunReport.StepComplete>().Select(step => step.OutputTooLarge));
        Assert.All(stripped.Cast<RunReport.StepComplete>(), step => Assert.Null(step.Output));
    }
}
