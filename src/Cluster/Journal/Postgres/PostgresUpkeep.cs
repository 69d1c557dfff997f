using Dapper;
using Npgsql;

namespace Cluster.Journal.Postgres;

/// <summary>Changes rows on a connection of its own, one transaction at a time, so that appends never wait for a lane that it holds.</summary>
internal sealed class PostgresUpkeep(PostgresConnections connections) : IAsyncDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private NpgsqlConnection? _connection;

    /// <inheritdoc cref="IRowUpkeep.ChangeAsync" />
    public async Task<IReadOnlyList<int>> ChangeAsync(IReadOnlyList<UpkeepStatement> statements, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            _connection ??= await connections.OpenWriterAsync(_ => Task.CompletedTask, cancellationToken).ConfigureAwait(false);
            return await ChangeAsync(_connection, statements, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await CloseAsync().ConfigureAwait(false);
            throw;
        }
        finally
        {
            _turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        await CloseAsync().ConfigureAwait(false);
        _turn.Release();
    }

    private static async Task<IReadOnlyList<int>> ChangeAsync(
        NpgsqlConnection connection, IReadOnlyList<UpkeepStatement> statements, CancellationToken cancellationToken)
    {
        var isSent = false;
        try
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
            var changed = new int[statements.Count];
            for (var i = 0; i < changed.Length; i++)
            {
                changed[i] = await connection.ExecuteAsync(new CommandDefinition(
                    statements[i].Sql, statements[i].Arguments, transaction, cancellationToken: cancellationToken)).ConfigureAwait(false);
            }

            isSent = true;
            await transaction.CommitAsync(CancellationToken.None).ConfigureAwait(false);
            return changed;
        }
        catch (Exception e) when (e is NpgsqlException or IOException)
        {
            throw isSent
                ? new JournalOutcomeUnknownException("The change of rows may or may not be stored.", e)
                : new JournalUnavailableException($"The rows were not changed: {e.Message}", e);
        }
    }

    private async Task CloseAsync()
    {
        if (_connection is null) return;
        await _connection.DisposeAsync().ConfigureAwait(false);
        _connection = null;
    }
}
