using System.Text.Json;
using Actors.Runs;
using Actors.Workflows;
using Api.Dispatch;
using Api.Workers.Socket;

namespace Api.Workers.OpenFn;

/// <summary>
/// Plan, input and credentials of one attempt, as its worker fetches them one by one. What was gathered at the claim is
/// at hand; an attempt that was claimed through another node has it read again.
/// </summary>
/// <param name="state">As it was when the channel was joined: an attempt's own start does not move.</param>
internal sealed class RunFetches(Guid runId, RunState state, PreparedRun? prepared, RunMaterial material, TimeProvider time, ILogger logger)
{
    /// <summary>Of the worker it is 30 s, and its process ends if the plan takes longer (openfn-protocol 5.7).</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(25);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);
    private readonly RunPlan _plan = state.Plan!;
    private PreparedRun? _prepared = prepared;

    /// <summary>The attempt is under way: what was gathered for it is not asked for again.</summary>
    public void Forget() => _prepared = null;

    /// <summary>Null if it could not be read in time.</summary>
    public async ValueTask<Workflow?> WorkflowAsync() =>
        _prepared?.Workflow ?? await TryAsync(ending => material.WorkflowAsync(_plan, ending).AsTask()).ConfigureAwait(false);

    /// <summary>Null if it could not be read in time.</summary>
    public async Task<byte[]?> PlanAsync()
    {
        if (await WorkflowAsync().ConfigureAwait(false) is not { } workflow) return null;

        var resume = ResumePoint.Of(workflow, state);
        return Json(writer => PlanJson.Write(
            writer, runId, _plan, workflow, resume?.JobId ?? _plan.StartNodeId, resume?.DataclipId ?? _plan.InputDataclipId));
    }

    /// <summary>What the attempt starts with, whatever id the worker asks for; <c>null</c> if it was wiped. Null if it could
    /// not be read.</summary>
    public async Task<ReadOnlyMemory<byte>?> DataclipAsync()
    {
        var workflow = await WorkflowAsync().ConfigureAwait(false);
        var body = workflow is not null && ResumePoint.Of(workflow, state) is { } resume
            ? await OutputAsync(resume.DataclipId).ConfigureAwait(false)
            : await InputAsync().ConfigureAwait(false);
        return body?.Bytes is { IsEmpty: true } ? RunAnswers.Null : body?.Bytes;
    }

    /// <param name="isOver">The attempt is not the worker's any more, as far as this node knows.</param>
    /// <returns>Status and body of the reply.</returns>
    public async Task<(bool IsOk, byte[] Body)> CredentialAsync(PhoenixFrame frame, bool isOver)
    {
        using var payload = JsonDocument.Parse(frame.Payload, new JsonDocumentOptions { MaxDepth = PhoenixFrame.MaxDepth });
        if (payload.RootElement.Text("id") is null) return (false, RunAnswers.BlankId);
        if (payload.RootElement.Id("id") is not { } id) return (false, RunAnswers.NoCredential);
        if (await RefusalOfAsync(id, isOver).ConfigureAwait(false) is { } code)
        {
            await material.RefuseCredentialAsync(id, runId, _plan, code, CancellationToken.None).ConfigureAwait(false);
            return (false, RunAnswers.NoCredential);
        }

        try
        {
            var body = _prepared?.Credentials.TryGetValue(id, out var known) == true
                ? new Body(known)
                : await RetryAsync(async ending => new Body(await material.CredentialAsync(id, runId, _plan, ending).ConfigureAwait(false)))
                    .ConfigureAwait(false);
            return body is null ? (false, RunAnswers.Text("the credential could not be read in time")) : (true, WithoutBlanks(body.Bytes));
        }
        catch (PreparationException e)
        {
            return (false, RunAnswers.Text(e.Message));
        }
    }

    /// <summary>Why this worker does not get the credential: it has not the run, or the run does not use it (S0-18). What was gathered at the
    /// claim was for this attempt; anything else is handed out only if the run itself says that the attempt is current.</summary>
    private async Task<string?> RefusalOfAsync(Guid id, bool isOver)
    {
        if (isOver) return SecretRefusals.RunNotHeld;
        if (await WorkflowAsync().ConfigureAwait(false) is not { } workflow || !workflow.Jobs.Any(job => job.SecretId == id))
            return SecretRefusals.NotUsed;
        return _prepared is null && !await material.IsCurrentAsync(runId, state, CancellationToken.None).ConfigureAwait(false)
            ? SecretRefusals.RunNotHeld
            : null;
    }

    private Task<Body?> OutputAsync(Guid id) => _prepared?.Outputs.TryGetValue(id, out var known) == true
        ? Task.FromResult<Body?>(new Body(known))
        : TryAsync(async ending => new Body(await material.OutputAsync(runId, _plan, id, ending).ConfigureAwait(false)));

    private Task<Body?> InputAsync() => _prepared is { } known
        ? Task.FromResult<Body?>(new Body(known.Input))
        : TryAsync(async ending => new Body(await material.InputAsync(runId, _plan, ending).ConfigureAwait(false)));

    private async Task<T?> TryAsync<T>(Func<CancellationToken, Task<T>> read)
        where T : class
    {
        try
        {
            return await RetryAsync(read).ConfigureAwait(false);
        }
        catch (PreparationException e)
        {
            DispatchLog.MaterialFailed(logger, runId, e);
            return null;
        }
    }

    /// <summary>Reads again for as long as the worker waits. Null if that was not long enough.</summary>
    private async Task<T?> RetryAsync<T>(Func<CancellationToken, Task<T>> read)
        where T : class
    {
        using var limit = new CancellationTokenSource(Patience, time);
        while (!limit.IsCancellationRequested)
        {
            try
            {
                return await read(limit.Token).ConfigureAwait(false);
            }
            catch (Exception e) when (e is not PreparationException)
            {
                DispatchLog.MaterialFailed(logger, runId, e);
                await Task.Delay(Pause, time, limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        return null;
    }

    /// <summary>A field that was left empty is as if it were not there (openfn-protocol 10.2).</summary>
    private static byte[] WithoutBlanks(ReadOnlyMemory<byte> credential)
    {
        using var document = JsonDocument.Parse(credential);
        if (document.RootElement.ValueKind != JsonValueKind.Object) return credential.ToArray();
        return Json(writer =>
        {
            writer.WriteStartObject();
            foreach (var field in document.RootElement.EnumerateObject())
            {
                if (field.Value is not { ValueKind: JsonValueKind.String } || !field.Value.ValueEquals("")) field.WriteTo(writer);
            }

            writer.WriteEndObject();
        });
    }

    /// <summary>
    /// A plan that fails by itself, for when the real one cannot be had: an error, or no answer, would end the worker's whole
    /// process and every other run in it (openfn-protocol 5.7).
    /// </summary>
    public byte[] FailingPlan() => Json(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("id"u8, runId);
        writer.WriteString("starting_node_id"u8, runId);
        writer.WriteStartArray("triggers"u8);
        writer.WriteEndArray();
        writer.WriteStartArray("jobs"u8);
        writer.WriteStartObject();
        writer.WriteString("id"u8, runId);
        writer.WriteString("body"u8, "export default [() => { throw new Error('The plan of this run could not be read') }]"u8);
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteStartArray("edges"u8);
        writer.WriteEndArray();
        writer.WriteStartObject("options"u8);
        writer.WriteEndObject();
        writer.WriteEndObject();
    });

    private static byte[] Json(Action<Utf8JsonWriter> write)
    {
        using var text = new MemoryStream();
        using (var writer = new Utf8JsonWriter(text, new JsonWriterOptions { SkipValidation = true }))
        {
            write(writer);
        }

        return text.ToArray();
    }

    private sealed record Body(ReadOnlyMemory<byte> Bytes);
}
