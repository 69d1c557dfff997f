using System.Buffers;
using Actors.Runs;
using Actors.Workflows;
using Api.Intake;
using Api.ReadModels;

namespace Api.Dispatch;

/// <summary>Everything a worker needs to execute an attempt.</summary>
/// <param name="Input">JSON; empty for no input.</param>
/// <param name="AllowedHosts">What its jobs may call beyond public https.</param>
/// <param name="Outputs">Outputs of the steps that earlier attempts finished, by dataclip id.</param>
internal sealed record PreparedRun(
    Guid RunId,
    RunState State,
    Workflow Workflow,
    ReadOnlyMemory<byte> Input,
    IReadOnlyDictionary<Guid, ReadOnlyMemory<byte>> Credentials,
    IReadOnlyDictionary<Guid, ReadOnlyMemory<byte>> Outputs,
    IReadOnlyList<string> AllowedHosts);

/// <summary>Something that an attempt needs cannot be had: the run ends with this error.</summary>
internal sealed class PreparationException(string errorType, string message) : Exception(message)
{
    public string ErrorType { get; } = errorType;
}

/// <summary>Gathers what an attempt needs.</summary>
internal sealed class RunMaterial(
    RunInputs inputs, WorkflowCache workflows, RecentBodies recent, CredentialBodies credentials, WorkflowIndex index)
{
    /// <exception cref="PreparationException">A part is missing for good.</exception>
    public async Task<PreparedRun> PrepareAsync(Guid runId, RunState state, CancellationToken cancellationToken)
    {
        var plan = state.Plan!;
        var workflow = await WorkflowAsync(plan, cancellationToken).ConfigureAwait(false);
        return new PreparedRun(
            runId,
            state,
            workflow,
            await InputAsync(plan, cancellationToken).ConfigureAwait(false),
            await credentials.OpenAsync(workflow, new SecretUse(runId, plan.ProjectId), cancellationToken).ConfigureAwait(false),
            await OutputsAsync(state, cancellationToken).ConfigureAwait(false),
            EgressRows.Read(index.ShareOf(plan.ProjectId).EgressHosts));
    }

    /// <exception cref="PreparationException">It does not exist.</exception>
    public async ValueTask<Workflow> WorkflowAsync(RunPlan plan, CancellationToken cancellationToken) =>
        await workflows.GetAsync(plan.WorkflowId, plan.WorkflowVersion, cancellationToken).ConfigureAwait(false)
            ?? throw new PreparationException("PlanError", $"Version {plan.WorkflowVersion} of the workflow does not exist");

    /// <summary>One credential that the workflow uses, as JSON.</summary>
    /// <exception cref="PreparationException">It is gone, is not granted to the project or does not open.</exception>
    public Task<byte[]> CredentialAsync(Guid id, Guid runId, RunPlan plan, CancellationToken cancellationToken) =>
        credentials.OpenAsync(id, new SecretUse(runId, plan.ProjectId), cancellationToken);

    /// <summary>What a step returned, as it is stored; empty if it is gone.</summary>
    public async Task<ReadOnlyMemory<byte>> OutputAsync(Guid dataclipId, CancellationToken cancellationToken) =>
        (await inputs.DataclipAsync(dataclipId, cancellationToken).ConfigureAwait(false))?.Body ?? ReadOnlyMemory<byte>.Empty;

    /// <summary>A webhook's dataclip is handed out as <c>{"data": BODY, "request": REQUEST}</c>, any other as stored
    /// (openfn-protocol 10.1).</summary>
    public static ReadOnlyMemory<byte> ToInput(bool isHttpRequest, ReadOnlyMemory<byte> body, ReadOnlyMemory<byte>? request)
    {
        if (!isHttpRequest)
        {
            return body;
        }

        var input = new ArrayBufferWriter<byte>(body.Length + (request?.Length ?? 2) + 24);
        input.Write("{\"data\":"u8);
        input.Write(body.Span);
        input.Write(",\"request\":"u8);
        input.Write(request is { Length: > 0 } known ? known.Span : "{}"u8);
        input.Write("}"u8);
        return input.WrittenMemory;
    }

    /// <summary>The run's own input as JSON; empty for none.</summary>
    /// <exception cref="PreparationException">It does not exist.</exception>
    public async Task<ReadOnlyMemory<byte>> InputAsync(RunPlan plan, CancellationToken cancellationToken)
    {
        if (plan.InputDataclipId is not { } id)
        {
            return default;
        }

        if (recent.TryTake(id, out var input))
        {
            return input;
        }

        var stored = await inputs.DataclipAsync(id, cancellationToken).ConfigureAwait(false)
            ?? throw new PreparationException("DataClipError", $"Failed to load dataclip {id}: it does not exist");
        return ToInput(stored.Type == Words.Of(DataclipType.HttpRequest), stored.Body, stored.Request);
    }

    private async Task<IReadOnlyDictionary<Guid, ReadOnlyMemory<byte>>> OutputsAsync(
        RunState state, CancellationToken cancellationToken)
    {
        var ids = state.FinishedSteps.Select(step => step.OutputDataclipId).OfType<Guid>().ToList();
        if (ids.Count == 0)
        {
            return System.Collections.Frozen.FrozenDictionary<Guid, ReadOnlyMemory<byte>>.Empty;
        }

        var stored = await inputs.DataclipsAsync(ids, cancellationToken).ConfigureAwait(false);
        return stored.ToDictionary(clip => clip.Id, clip => new ReadOnlyMemory<byte>(clip.Body));
    }
}
