using System.Text.Json;

namespace EndToEnd.Kit;

/// <param name="Jobs">Ids by name.</param>
internal sealed record SavedWorkflow(Guid Id, string Name, Guid TriggerId, IReadOnlyDictionary<string, Guid> Jobs)
{
    public string NameOf(Guid job) => Jobs.Single(pair => pair.Value == job).Key;
}

internal sealed record Accepted(Guid WorkOrderId, Guid RunId);

internal sealed record RunView(
    Guid Id,
    Guid WorkOrderId,
    string State,
    int Attempt,
    string? ErrorType,
    string? ErrorMessage,
    Guid? InputDataclipId,
    Guid? OutputDataclipId,
    IReadOnlyList<StepView>? Steps)
{
    public bool IsFinal => State is not ("available" or "claimed" or "started");
}

internal sealed record StepView(
    Guid Id, Guid JobId, int Attempt, string? ExitReason, string? ErrorType, string? ErrorMessage, Guid? OutputDataclipId);

internal sealed record LogLineView(int Attempt, int Number, string Source, string Level, JsonElement Message);

internal sealed record WorkOrderView(Guid Id, string State, IReadOnlyList<RunView>? Runs);
