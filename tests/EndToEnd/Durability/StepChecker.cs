using System.Text.Json;
using Actors.Runs;

namespace EndToEnd.Durability;

/// <summary>No finished step is executed again: by the rows, and by what the steps themselves wrote into the state.</summary>
internal static class StepChecker
{
    public static void Check(JournalFile file, Dictionary<Guid, RunHistory> histories)
    {
        var rows = file.Rows("select * from steps order by started_at")
            .GroupBy(row => row.Id("run_id"))
            .ToDictionary(group => group.Key, group => group.ToList());
        Assert.Empty(rows.Keys.Except(histories.Keys));
        var bodies = file.Rows("select id, body from dataclips where type = 'step_result'")
            .ToDictionary(row => row.Id("id"), row => JsonElement.Parse(file.Body(row)));
        foreach (var history in histories.Values)
        {
            var own = rows[history.Id];
            CheckAgainstReplay(own, history.State);
            CheckOnce(own, history.State);
            if (history.State.Status == RunStatus.Success) CheckTraces(history.State, bodies);
        }
    }

    private static void CheckAgainstReplay(List<Row> rows, RunState state)
    {
        Assert.Empty(state.OpenSteps);
        foreach (var step in state.FinishedSteps)
        {
            var row = rows.Single(row => row.Id("step_id") == step.StepId);
            Assert.Equal(
                (step.JobId, step.Attempt, step.Reason.ToWire(), step.ErrorType, step.InputDataclipId, step.OutputDataclipId),
                (row.Id("job_id"), (int)row.Number("attempt"), row.Text("exit_reason")!, row.Text("error_type"),
                    row.OptionalId("input_dataclip_id"), row.OptionalId("output_dataclip_id")));
        }
    }

    /// <summary>Of each job one execution finished; any other row of it is an earlier attempt's, closed as lost.</summary>
    private static void CheckOnce(List<Row> rows, RunState state)
    {
        Assert.Equal(state.FinishedSteps.Length, rows.Count(row => row.Text("exit_reason") != "lost"));
        foreach (var job in rows.GroupBy(row => row.Id("job_id")))
        {
            var finished = Assert.Single(job, row => row.Text("exit_reason") != "lost");
            Assert.All(
                job.Where(row => row.Text("exit_reason") == "lost"),
                lost => Assert.True(
                    lost.Number("attempt") < finished.Number("attempt"), $"executed again after it had finished: {lost}"));
            Assert.Equal(job.Count(), job.Select(row => row.Number("attempt")).Distinct().Count());
        }
    }

    /// <summary>Each step's trace goes on from the one before, word for word, in whatever attempt it ran.</summary>
    private static void CheckTraces(RunState state, Dictionary<Guid, JsonElement> bodies)
    {
        string[] before = [];
        foreach (var step in state.FinishedSteps)
        {
            var trace = Trace(bodies[step.OutputDataclipId!.Value]);
            Assert.Equal(before, trace.Take(before.Length));
            Assert.Equal(before.Length + (step.Reason == ExitReason.Success ? 1 : 0), trace.Length);
            before = trace;
        }

        Assert.Equal(before, Trace(bodies[state.FinalDataclipId!.Value]));
    }

    private static string[] Trace(JsonElement state) =>
        state.TryGetProperty("trace", out var trace) ? [.. trace.EnumerateArray().Select(entry => entry.GetString()!)] : [];
}
