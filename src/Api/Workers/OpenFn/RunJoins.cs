using System.Text.Json;
using Actors;
using Actors.Runs;
using Api.Workers.Socket;
using Cluster.Entities;

namespace Api.Workers.OpenFn;

/// <summary>
/// Answers joins of <c>run:ID</c>: whoever has the token of the present attempt executes it, through whichever node, as
/// often as it has to join again (openfn-protocol 5.1).
/// </summary>
internal sealed class RunJoins(RunTokens tokens, RunParts parts)
{
    private const string Prefix = "run:";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    /// <summary>The worker may have to install adaptors before it starts a run's clock.</summary>
    private static readonly TimeSpan LongestStart = TimeSpan.FromMinutes(10);

    public static bool Knows(string topic) => topic.StartsWith(Prefix, StringComparison.Ordinal);

    public async ValueTask<SocketChannel?> OpenAsync(WorkerSession session, PhoenixFrame join)
    {
        var (channel, fault) = await OpenRunAsync(session, join).ConfigureAwait(false);
        await session.SendAsync(fault is null ? PhoenixReply.Ok(join) : PhoenixReply.Error(join, fault)).ConfigureAwait(false);
        return channel;
    }

    private async ValueTask<(RunChannel? Channel, string? Fault)> OpenRunAsync(WorkerSession session, PhoenixFrame join)
    {
        if (!Guid.TryParse(join.Topic.AsSpan(Prefix.Length), out var runId)
            || await tokens.VerifyAsync(Token(join), runId).ConfigureAwait(false) is not { } attempt)
        {
            return (null, "unauthorized");
        }

        var known = parts.Executions.Find(runId);
        if (known is { Holder: RunChannel before } && known.Attempt <= attempt) await before.RetireAsync().ConfigureAwait(false);

        // Who claimed here and comes for the run has no reports on any way yet.
        RunCommand enter = known is { Holder: ClaimChannel } && known.Attempt == attempt ? new RunCommand.Look() : new RunCommand.Enter(attempt);
        return await AskAsync(runId, enter).ConfigureAwait(false) switch
        {
            Outcome.Replied { Reply: RunReply.Present { State: var state } } when IsOf(state, attempt) => (Grant(session, runId, state), null),
            Outcome.Replied => (null, "unauthorized"),
            Outcome.Refused { Refusal.Kind: RefusalKind.NotFound } => (null, "not_found"),
            _ => (null, "unavailable"),
        };
    }

    /// <summary>A run that ended while its worker was away is joined as well: left outside, the worker would wait half a minute
    /// for the answer to each line it still has. One that ended before it began is not worth executing.</summary>
    private static bool IsOf(RunState state, int attempt) =>
        state.Attempt == attempt && (state.IsActive || state.EndedByAttempt || (state.IsFinal && state.StartedAt is not null));

    private RunChannel Grant(WorkerSession session, Guid runId, RunState state)
    {
        var claimed = parts.Executions.Find(runId) is { } known && known.Attempt == state.Attempt ? known : null;
        var channel = new RunChannel(session, runId, state, claimed?.Prepared, parts);
        if (state.IsActive)
        {
            parts.Executions.Grant(
                runId, state.Attempt, channel, RunTimes.Longest(state.Plan!) + LongestStart, claimed?.Scrubber);
        }

        return channel;
    }

    /// <summary>Asks again while the run's owner changes.</summary>
    private async ValueTask<Outcome> AskAsync(Guid runId, RunCommand command)
    {
        using var limit = new CancellationTokenSource(Patience, parts.Time);
        while (true)
        {
            var outcome = await parts.Entities.AskAsync(new EntityRef(EntityTypes.Run, runId), command, limit.Token)
                .ConfigureAwait(false);
            if (outcome is Outcome.Replied or Outcome.Refused || limit.IsCancellationRequested) return outcome;
            await Task.Delay(Pause, parts.Time, limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static string? Token(in PhoenixFrame join)
    {
        if (!join.HasObject) return null;
        using var payload = JsonDocument.Parse(join.Payload, new JsonDocumentOptions { MaxDepth = PhoenixFrame.MaxDepth });
        return payload.RootElement.Text("token");
    }
}
