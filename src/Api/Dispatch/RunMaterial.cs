using Actors;
using Actors.Runs;
using Actors.Workflows;
using Api.Intake;
using Api.ReadModels;
using Api.Unstored;
using Cluster.Entities;
using Cluster.Sealing;

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

    /// <summary>It was in memory only, and is nowhere any more: the run is lost.</summary>
    public bool IsLoss => ErrorType == RunLoss.BodiesLost;
}

/// <summary>Gathers what an attempt needs.</summary>
internal sealed class RunMaterial(
    RunInputs inputs, WorkflowCache workflows, RecentBodies recent, UnstoredReads unstored, CredentialBodies credentials,
    IEntities entities, WorkflowIndex index)
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
            await InputAsync(runId, plan, cancellationToken).ConfigureAwait(false),
            await credentials.OpenAsync(workflow, SecretUse.Of(runId, plan), cancellationToken).ConfigureAwait(false),
            await OutputsAsync(runId, state, cancellationToken).ConfigureAwait(false),
            EgressRows.Read(index.ShareOf(plan.ProjectId).EgressHosts));
    }

    /// <exception cref="PreparationException">It does not exist.</exception>
    public async ValueTask<Workflow> WorkflowAsync(RunPlan plan, CancellationToken cancellationToken) =>
        await workflows.GetAsync(plan.WorkflowId, plan.WorkflowVersion, cancellationToken).ConfigureAwait(false)
            ?? throw new PreparationException("PlanError", $"Version {plan.WorkflowVersion} of the workflow does not exist");

    /// <summary>One credential that the workflow uses, as JSON.</summary>
    /// <param name="id">As a job of it names it: also of a keychain.</param>
    /// <exception cref="PreparationException">It is gone, is not granted to the project or does not open.</exception>
    public async Task<byte[]> CredentialAsync(Guid id, Guid runId, RunPlan plan, CancellationToken cancellationToken)
    {
        var workflow = await WorkflowAsync(plan, cancellationToken).ConfigureAwait(false);
        return await credentials.OpenAsync(workflow.Jobs.First(job => job.SecretId == id), SecretUse.Of(runId, plan), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Records that a worker asked for a credential and does not get it.</summary>
    public Task RefuseCredentialAsync(Guid id, Guid runId, RunPlan plan, string code, CancellationToken cancellationToken) =>
        credentials.RefuseAsync(id, SecretUse.Of(runId, plan), code, cancellationToken);

    /// <summary>Whether the run's owner says that this entry into this attempt is the one that executes it.</summary>
    /// <exception cref="InvalidOperationException">It did not answer.</exception>
    public async Task<bool> IsCurrentAsync(Guid runId, RunState state, CancellationToken cancellationToken) =>
        await entities.AskAsync(new EntityRef(EntityTypes.Run, runId), new RunCommand.Look(), cancellationToken).ConfigureAwait(false) switch
        {
            Outcome.Replied { Reply: RunReply.Present { State: var now } } =>
                now.IsActive && now.Attempt == state.Attempt && now.Entry == state.Entry,
            Outcome.Refused => false,
            var outcome => throw new InvalidOperationException($"The run did not answer: {outcome.GetType().Name}."),
        };

    /// <summary>What a step returned; empty if it is gone.</summary>
    /// <exception cref="PreparationException">It was not stored and is lost, or is damaged, or was erased.</exception>
    public async Task<ReadOnlyMemory<byte>> OutputAsync(Guid runId, RunPlan plan, Guid dataclipId, CancellationToken cancellationToken) =>
        RunStorage.IsUnstored(plan)
            ? (await UnstoredAsync(runId, dataclipId, cancellationToken).ConfigureAwait(false)).Body
            : (await ReadAsync(dataclipId, () => inputs.DataclipAsync(dataclipId, cancellationToken)).ConfigureAwait(false))?.Body
                ?? ReadOnlyMemory<byte>.Empty;

    /// <summary>The run's own input as JSON; empty for none.</summary>
    /// <exception cref="PreparationException">It does not exist.</exception>
    public async Task<ReadOnlyMemory<byte>> InputAsync(Guid runId, RunPlan plan, CancellationToken cancellationToken)
    {
        if (plan.InputDataclipId is not { } id)
        {
            return default;
        }

        if (RunStorage.IsUnstored(plan))
        {
            var held = await UnstoredAsync(runId, id, cancellationToken).ConfigureAwait(false);
            return new RunInput(held.Type == DataclipType.HttpRequest, held.Body, held.Request).AsMemory();
        }

        if (recent.TryTake(id, out var input))
        {
            return input;
        }

        var stored = await ReadAsync(id, () => inputs.DataclipAsync(id, cancellationToken)).ConfigureAwait(false)
            ?? throw new PreparationException("DataClipError", $"Failed to load dataclip {id}: it does not exist");
        return new RunInput(stored.Type == Words.Of(DataclipType.HttpRequest), stored.Body, stored.Request).AsMemory();
    }

    /// <summary>From the memory of the run's owner; or as stored, if it is a dataclip of before the policy.</summary>
    private async Task<DataclipBody> UnstoredAsync(Guid runId, Guid dataclipId, CancellationToken cancellationToken)
    {
        if (await unstored.FindAsync(runId, dataclipId, cancellationToken).ConfigureAwait(false) is { } held) return held;
        return await inputs.DataclipAsync(dataclipId, cancellationToken).ConfigureAwait(false) is { } stored
            ? new DataclipBody(dataclipId, Words.Parse<DataclipType>(stored.Type), stored.Body, stored.Request)
            : throw new PreparationException(RunLoss.BodiesLost, $"Dataclip {dataclipId} was in memory only and is lost");
    }

    private async Task<IReadOnlyDictionary<Guid, ReadOnlyMemory<byte>>> OutputsAsync(
        Guid runId, RunState state, CancellationToken cancellationToken)
    {
        var ids = state.FinishedSteps.Select(step => step.OutputDataclipId).OfType<Guid>().ToList();
        if (ids.Count == 0)
        {
            return System.Collections.Frozen.FrozenDictionary<Guid, ReadOnlyMemory<byte>>.Empty;
        }

        if (RunStorage.IsUnstored(state.Plan))
        {
            var held = new Dictionary<Guid, ReadOnlyMemory<byte>>();
            foreach (var id in ids) held[id] = (await UnstoredAsync(runId, id, cancellationToken).ConfigureAwait(false)).Body;
            return held;
        }

        var stored = await ReadAsync(ids[0], () => inputs.DataclipsAsync(ids, cancellationToken)).ConfigureAwait(false);
        return stored.ToDictionary(clip => clip.Id, clip => new ReadOnlyMemory<byte>(clip.Body));
    }

    /// <summary>What is damaged or erased for good does not come back by trying again.</summary>
    private static async Task<T> ReadAsync<T>(Guid dataclipId, Func<Task<T>> read)
    {
        try
        {
            return await read().ConfigureAwait(false);
        }
        catch (IntegrityException)
        {
            throw new PreparationException("DataClipError", $"Failed to load dataclip {dataclipId}: what is stored of it is damaged");
        }
        catch (KeyDestroyedException)
        {
            throw new PreparationException("DataClipError", $"Failed to load dataclip {dataclipId}: it was erased");
        }
    }
}
