using Actors.Runs;

namespace EndToEnd.Durability;

/// <summary>Read-model rows against the states that the journal replays to.</summary>
internal static class RowChecker
{
    public static void Check(JournalFile file, Dictionary<Guid, RunHistory> histories)
    {
        var runs = file.Rows("select * from runs").ToDictionary(row => row.Id("id"));
        var orders = file.Rows("select * from work_orders").ToDictionary(row => row.Id("id"));
        var clips = file.Rows("select id from dataclips").Select(row => row.Id("id")).ToHashSet();
        Assert.Equal(histories.Keys.Order(), runs.Keys.Order());
        Assert.Equal(histories.Values.Select(history => history.Plan.WorkOrderId).Order(), orders.Keys.Order());
        foreach (var history in histories.Values)
        {
            CheckRun(file, runs[history.Id], history.State);
            CheckOrder(orders[history.Plan.WorkOrderId], history.State);
            CheckDataclips(clips, history.State);
        }

        CheckLog(file, histories);
    }

    private static void CheckRun(JournalFile file, Row row, RunState state)
    {
        var plan = state.Plan!;
        Assert.Equal(
            (state.Status.ToWire(), state.Attempt, state.Worker, state.ErrorType, state.ErrorMessage),
            (row.Text("status")!, (int)row.Number("attempt"), row.Text("worker"), row.Text("error_type"),
                file.Error(row)));
        Assert.Equal(
            (plan.ProjectId, plan.WorkflowId, plan.WorkflowVersion, plan.WorkOrderId, plan.StartNodeId, plan.TriggerId,
                plan.InputDataclipId),
            (row.Id("project_id"), row.Id("workflow_id"), (int)row.Number("workflow_version"), row.Id("work_order_id"),
                row.Id("start_node_id"), row.OptionalId("trigger_id"), row.OptionalId("input_dataclip_id")));
        Assert.Equal(state.FinalDataclipId, row.OptionalId("final_dataclip_id"));
        Assert.Equal(Microseconds(state.CreatedAt), row.OptionalNumber("created_at"));
        Assert.Equal(Microseconds(state.ClaimedAt), row.OptionalNumber("claimed_at"));
        Assert.Equal(Microseconds(state.StartedAt), row.OptionalNumber("started_at"));
        Assert.Equal(Microseconds(state.FinishedAt), row.OptionalNumber("finished_at"));
    }

    private static void CheckOrder(Row row, RunState state)
    {
        Assert.Equal(state.Status.ToWire(), row.Text("state"));
        Assert.Equal(state.Plan!.InputDataclipId, row.OptionalId("dataclip_id"));
        Assert.Equal(state.Plan.WorkflowId, row.Id("workflow_id"));
    }

    private static void CheckDataclips(HashSet<Guid> clips, RunState state)
    {
        Guid?[] named =
        [
            state.Plan!.InputDataclipId, state.FinalDataclipId,
            .. state.FinishedSteps.SelectMany(step => new[] { step.InputDataclipId, step.OutputDataclipId }),
        ];
        Assert.All(named.OfType<Guid>(), id => Assert.Contains(id, clips));
    }

    /// <summary>Every line is of an attempt that was, and lies among the events that this attempt reported.</summary>
    private static void CheckLog(JournalFile file, Dictionary<Guid, RunHistory> histories)
    {
        foreach (var row in file.Rows("select run_id, attempt, max(number) as last from log_lines group by run_id, attempt"))
        {
            var reported = histories[row.Id("run_id")].Events.OfType<RunEvent.Reported>()
                .Where(one => one.Attempt == row.Number("attempt")).Max(one => one.Next);
            Assert.InRange(row.Number("last"), 0, reported - 1);
        }
    }

    private static long? Microseconds(DateTimeOffset? at) =>
        at is { } known ? (known - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond : null;
}
