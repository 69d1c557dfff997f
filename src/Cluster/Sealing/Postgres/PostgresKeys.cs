using System.Data;
using Cluster.Journal;
using Cluster.Journal.Postgres;
using Npgsql;

namespace Cluster.Sealing.Postgres;

/// <summary>The key tables of a store that nodes share, on a few connections of their own.</summary>
public sealed class PostgresKeys : IKeyDatabase
{
    private const int Connections = 4;
    private const int StatementSeconds = 20;
    private readonly NpgsqlDataSource _source;
    private readonly PostgresConnect _connect;
    private readonly string _name;

    /// <exception cref="StoreRefusedException">The server's certificate would not be checked.</exception>
    public PostgresKeys(PostgresJournalOptions options, TimeProvider time)
    {
        StoreDapper.Register();
        var builder = new NpgsqlConnectionStringBuilder(options.ConnectionString)
        {
            Pooling = true,
            MaxPoolSize = Connections,
            CommandTimeout = StatementSeconds,
            ApplicationName = $"{options.Application} keys",
            Enlist = false,
        };
        PostgresTls.Require(builder, options.AllowInsecure);
        _name = $"{builder.Host}:{builder.Port}/{builder.Database}";
        _source = PostgresSource.Create(builder);
        _connect = new PostgresConnect(options.ConnectTimeout, _name, time);
    }

    /// <summary>Whether a node has made the tables.</summary>
    /// <exception cref="JournalUnavailableException">The server refuses, or was not reached in time.</exception>
    public Task<bool> HasTablesAsync(CancellationToken cancellationToken) =>
        RunAsync(
            async connection =>
            {
                await using var command = new NpgsqlCommand("SELECT to_regclass('data_keys') IS NOT NULL", connection);
                return (bool)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
            },
            cancellationToken);

    public Task<T> WriteAsync<T>(Func<KeyTables, Task<T>> work, CancellationToken cancellationToken) =>
        RunAsync(
            async connection =>
            {
                var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken).ConfigureAwait(false);
                await using (transaction.ConfigureAwait(false))
                {
                    return await KeyWork.WriteAsync(connection, transaction, work, cancellationToken).ConfigureAwait(false);
                }
            },
            cancellationToken);

    public Task<T> ReadAsync<T>(Func<KeyTables, Task<T>> work, CancellationToken cancellationToken) =>
        RunAsync(connection => work(new KeyTables(connection, null, cancellationToken)), cancellationToken);

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    private async Task<T> RunAsync<T>(Func<NpgsqlConnection, Task<T>> work, CancellationToken cancellationToken)
    {
        var connection = await _connect.OpenAsync(_source, static _ => Task.CompletedTask, cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            try
            {
                return await work(connection).ConfigureAwait(false);
            }
            catch (NpgsqlException e)
            {
                throw PostgresErrors.Unavailable(e, _name);
            }
        }
    }
}
