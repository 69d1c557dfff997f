namespace Cluster.Journal.Postgres;

/// <summary>One append, from its first try to its end.</summary>
/// <remarks>
/// In the common case it is one round trip: the batch is sent as if its numbers were right, together with what makes the
/// server refuse it if they are not. Only then, or when the batch contradicts itself, the last numbers are read, every
/// unit is decided, and those that fit are sent with the same guards.
/// <para>
/// If the connection breaks while the server has the transaction, a new session is opened, which ends the old one, and one
/// of the transaction's events is looked for. That is as exact as <c>txid_status</c>, and saves the round trip before the
/// commit that would be needed to learn the transaction's id.
/// </para>
/// </remarks>
internal sealed class PostgresAppend(PostgresLane lane, IReadOnlyList<AppendUnit> batch, DateTimeOffset now)
{
    private const int Tries = 5;

    // What to send without asking. Null once the server, or the batch itself, has shown that it is wrong.
    private AppendPlan? _assumed = AppendPlan.Assume(batch);
    private bool _mayBeStored;
    private Exception? _cause;

    public async Task<AppendResult[]> RunAsync(CancellationToken cancellationToken)
    {
        for (var i = 0; i < Tries; i++)
        {
            if (await TryAsync(_mayBeStored ? CancellationToken.None : cancellationToken).ConfigureAwait(false) is { } results)
                return results;
        }

        throw GaveUp(_cause!);
    }

    /// <summary>Null to try again.</summary>
    private async Task<AppendResult[]?> TryAsync(CancellationToken cancellationToken)
    {
        var session = await SessionAsync(cancellationToken).ConfigureAwait(false);
        if ((_assumed ?? await LookAsync(session, cancellationToken).ConfigureAwait(false)) is not { } plan)
            return null;
        if (Prepare(session, plan) is not { } transaction)
            return null;
        await using (transaction)
        {
            try
            {
                if (!transaction.IsEmpty)
                    await transaction.ExecuteAsync().ConfigureAwait(false);
                return plan.Results;
            }
            catch (Exception e)
            {
                return await WasStoredAsync(transaction, e).ConfigureAwait(false) ? plan.Results : null;
            }
        }
    }

    private async Task<PostgresSession> SessionAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await lane.SessionAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (StoreRefusedException e)
        {
            throw GaveUp(e); // It was ours when the lane was opened; perhaps it will be again.
        }
        catch (JournalUnavailableException e) when (_mayBeStored)
        {
            throw GaveUp(e);
        }
    }

    // The transaction checks again what the plan stands on, so nothing has to be locked while it is made.
    private async Task<AppendPlan?> LookAsync(PostgresSession session, CancellationToken cancellationToken)
    {
        try
        {
            var entities = batch.Select(unit => unit.Entity).Distinct().ToArray();
            await session.RefreshAsync(cancellationToken).ConfigureAwait(false);
            var last = await session.LastAsync(entities, cancellationToken).ConfigureAwait(false);
            var plan = AppendPlan.Decide(batch, last);
            return plan.Fault is null ? plan : throw plan.Fault;
        }
        catch (Exception e) when (e is not (ArgumentException or OperationCanceledException))
        {
            _cause = e;
            if (!PostgresErrors.IsConnectionLost(e))
                throw GaveUp(e);
            await lane.DropSessionAsync().ConfigureAwait(false);
            return null;
        }
    }

    private AppendTransaction? Prepare(PostgresSession session, AppendPlan plan)
    {
        try
        {
            return new AppendTransaction(session, lane.Options.Fence, plan, lane.Rows, now);
        }
        catch (ArgumentException) when (_assumed is not null)
        {
            // Perhaps it is a unit in conflict, of which nothing is looked at, or a table that is new.
            _assumed = null;
            return null;
        }
    }

    private async Task<bool> WasStoredAsync(AppendTransaction transaction, Exception e)
    {
        _cause = e;
        switch (transaction.Judge(e))
        {
            case Verdict.Conflict:
            case Verdict.Outdated when _assumed is not null:
                _assumed = null;
                return false;
            case Verdict.Again:
                await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(1, 20)), lane.Time).ConfigureAwait(false);
                return false;
            case Verdict.Misfit or Verdict.Outdated:
                throw PostgresErrors.Misfit(e, lane.StoreName);
            case Verdict.Unavailable:
                throw GaveUp(e);
            default:
                await lane.DropSessionAsync().ConfigureAwait(false);
                return await AskAsync(transaction).ConfigureAwait(false);
        }
    }

    private async Task<bool> AskAsync(AppendTransaction transaction)
    {
        _mayBeStored = true;
        if (transaction.Witness is not { } witness)
            return false; // Rows alone are written again, which changes nothing if they were.
        for (var i = 0; i < Tries; i++)
        {
            var session = await SessionAsync(CancellationToken.None).ConfigureAwait(false);
            try
            {
                return _mayBeStored = await session.HoldsAsync(witness, transaction.WrittenAt).ConfigureAwait(false);
            }
            catch (Exception e)
            {
                _cause = e;
                await lane.DropSessionAsync().ConfigureAwait(false);
            }
        }

        throw GaveUp(_cause!);
    }

    private Exception GaveUp(Exception cause) => _mayBeStored
        ? PostgresErrors.Unknown(cause, lane.StoreName)
        : PostgresErrors.Unavailable(cause, lane.StoreName);
}
