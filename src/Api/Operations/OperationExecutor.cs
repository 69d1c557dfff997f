using System.Collections.Immutable;
using Actors;
using Actors.Operations;
using Cluster.Entities;

namespace Api.Operations;

/// <summary>How a turn of an operation ended.</summary>
internal enum TurnEnd
{
    More,

    /// <summary>The operation has ended, or is not to be found.</summary>
    Over,

    /// <summary>Its entity cannot be reached now.</summary>
    Later,
}

/// <summary>
/// One page of one operation: it is journalled, done, and its results are journalled. A page that was taken before and has
/// no results is done again.
/// </summary>
internal sealed class OperationExecutor(IEntities entities, OperationPages pages, OperationItems items)
{
    /// <summary>Items of a page that are under way at once.</summary>
    private const int AtOnce = 16;

    public async Task<TurnEnd> TurnAsync(Guid operationId, CancellationToken cancellationToken)
    {
        var (state, end) = await AskAsync(operationId, new OperationCommand.Look(), cancellationToken).ConfigureAwait(false);
        if (state is null) return end;
        if (state.Items.IsEmpty)
        {
            if (state.Status != OperationStatus.Running) return TurnEnd.Over;
            var page = await pages.ReadAsync(state, cancellationToken).ConfigureAwait(false);
            var take = new OperationCommand.Take(state.Page + 1, page.Items, page.Next);
            (state, end) = await AskAsync(operationId, take, cancellationToken).ConfigureAwait(false);
            if (state is null) return end;
        }

        if (!state.Items.IsEmpty)
        {
            var advance = await DoAsync(state, cancellationToken).ConfigureAwait(false);
            (state, end) = await AskAsync(operationId, advance, cancellationToken).ConfigureAwait(false);
            if (state is null) return end;
        }

        return state.Status == OperationStatus.Running ? TurnEnd.More : TurnEnd.Over;
    }

    private async Task<OperationCommand.Advance> DoAsync(OperationState state, CancellationToken cancellationToken)
    {
        var results = new ItemResult[state.Items.Length];
        var options = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, results.Length, options, async (number, token) =>
            results[number] = await items.DoAsync(state, state.Items[number], token).ConfigureAwait(false)).ConfigureAwait(false);

        ImmutableArray<ItemRefusal> refusals = [.. results.Select(static result => result.Refusal).OfType<ItemRefusal>()];
        var failed = results.Count(static result => result.IsFault);
        return new OperationCommand.Advance(
            state.Page, results.Length - refusals.Length, refusals.Length - failed, failed, refusals);
    }

    /// <summary>The state after the command; or how the turn ends without one.</summary>
    private async Task<(OperationState? State, TurnEnd End)> AskAsync(
        Guid operationId, OperationCommand command, CancellationToken cancellationToken)
    {
        var outcome = await entities.AskAsync(
            new EntityRef(EntityTypes.BulkOperation, operationId), command, cancellationToken).ConfigureAwait(false);
        return outcome switch
        {
            Outcome.Replied { Reply: OperationReply.Present present } => (present.State, default),

            // Somebody else went on with it, or stopped it: the next turn sees which.
            Outcome.Refused { Refusal.Code: OperationRefusals.StalePageCode or OperationRefusals.EndedCode } => (null, TurnEnd.Later),
            Outcome.Refused => (null, TurnEnd.Over),
            _ => (null, TurnEnd.Later),
        };
    }
}
