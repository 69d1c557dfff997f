using System.Text.Json;
using Actors.Runs;
using EndToEnd.Kit;

namespace EndToEnd.Durability;

/// <summary>What the client was told against what is stored.</summary>
internal static class ClientChecker
{
    public static void Check(
        IReadOnlyCollection<Submission> submissions,
        IReadOnlyList<RunView> shown,
        JournalFile file,
        Dictionary<Guid, RunHistory> histories,
        int childrenKilled)
    {
        foreach (var run in shown)
            Assert.Equal((run.State, run.Attempt), (histories[run.Id].State.Status.ToWire(), histories[run.Id].State.Attempt));

        var numbers = NumbersOf(file, histories.Values);
        var sent = submissions.ToDictionary(one => one.Number);
        Assert.Equal(numbers.Count, numbers.Values.Distinct().Count());
        foreach (var (run, number) in numbers)
        {
            Assert.Equal(sent[number].Workflow.Id, histories[run].Plan.WorkflowId);
            Assert.False(sent[number].Refused, $"submission {number} was refused and yet stored as run {run}");
        }

        foreach (var accepted in submissions.Where(one => one.Accepted is not null))
        {
            var isStored = histories.TryGetValue(accepted.Accepted!.RunId, out var history);
            Assert.True(isStored && history is not null, $"{accepted} was acknowledged and is not stored");
            Assert.Equal(accepted.Accepted.WorkOrderId, history.Plan.WorkOrderId);
            Assert.Equal(accepted.Number, numbers[history.Id]);
        }

        CheckEnds(histories.Values, childrenKilled);
    }

    /// <summary>
    /// All end in success, those included whose client heard nothing. The death of the process that executes a run is the
    /// run's own doing for all that anybody can tell: it ends as crashed, one run per killed process at most.
    /// </summary>
    private static void CheckEnds(IEnumerable<RunHistory> histories, int childrenKilled)
    {
        var others = histories.Where(history => history.State.Status != RunStatus.Success).ToList();
        Assert.All(others, history => Assert.Equal(
            (RunStatus.Crashed, "ExitError", "Process exited with code: null"),
            (history.State.Status, history.State.ErrorType, history.State.ErrorMessage)));
        Assert.InRange(others.Count, 0, childrenKilled);
    }

    private static Dictionary<Guid, int> NumbersOf(JournalFile file, IEnumerable<RunHistory> histories)
    {
        var bodies = file.Rows("select id, body from dataclips where type = 'http_request'")
            .ToDictionary(row => row.Id("id"), row => JsonElement.Parse(file.Body(row)).GetProperty("n").GetInt32());
        var numbers = histories.ToDictionary(history => history.Id, history => bodies[history.Plan.InputDataclipId!.Value]);
        Assert.Equal(bodies.Count, numbers.Count);
        return numbers;
    }
}
