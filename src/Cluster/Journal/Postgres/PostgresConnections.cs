using System.Globalization;
using Cluster.Journal.Postgres.Rows;
using Npgsql;

namespace Cluster.Journal.Postgres;

/// <summary>Makes the connections of a store: one for each lane, and a pool for reading.</summary>
internal sealed class PostgresConnections : IAsyncDisposable
{
    // Longer than the server's own limit, so that normally the server ends a statement and says so.
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(5);

    private readonly NpgsqlDataSource _writers;
    private readonly NpgsqlDataSource _readers;
    private readonly PostgresConnect _connect;

    /// <exception cref="StoreRefusedException">The server's certificate would not be checked.</exception>
    public PostgresConnections(PostgresJournalOptions options, TimeProvider time)
    {
        var given = new NpgsqlConnectionStringBuilder(options.ConnectionString);
        PostgresTls.Require(given, options.AllowInsecure);
        Name = string.Create(CultureInfo.InvariantCulture, $"{given.Host}:{given.Port}/{given.Database}");
        _connect = new PostgresConnect(options.ConnectTimeout, Name, time);
        _writers = TypedRowsResolver.Builder(Writing(options)).Build();
        _readers = PostgresSource.Create(Reading(options));
    }

    /// <summary>Host, port and database, for messages.</summary>
    public string Name { get; }

    /// <summary>Not pooled: it ends when it is disposed.</summary>
    /// <param name="prepare">Part of opening: done again on another connection if it breaks.</param>
    public Task<NpgsqlConnection> OpenWriterAsync(Func<NpgsqlConnection, Task> prepare, CancellationToken cancellationToken) =>
        _connect.OpenAsync(_writers, prepare, cancellationToken);

    /// <summary>Pooled; its transactions are read-only.</summary>
    public Task<NpgsqlConnection> OpenReaderAsync(CancellationToken cancellationToken) =>
        _connect.OpenAsync(_readers, _ => Task.CompletedTask, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _readers.DisposeAsync().ConfigureAwait(false);
        await _writers.DisposeAsync().ConfigureAwait(false);
    }

    // The failed command of a batch says whether a broken unique key is a conflict or a row that does not fit.
    private static NpgsqlConnectionStringBuilder Writing(PostgresJournalOptions options) => Common(options, new()
    {
        ["Pooling"] = false,
        ["Include Failed Batched Command"] = true,
        ["Max Auto Prepare"] = 128,
        ["Write Buffer Size"] = 32 << 10,
        ["Application Name"] = $"{options.Application} journal",
    });

    private static NpgsqlConnectionStringBuilder Reading(PostgresJournalOptions options)
    {
        var builder = Common(options, new()
        {
            ["Pooling"] = true,
            ["Maximum Pool Size"] = options.Readers,
            ["Max Auto Prepare"] = 64,
            ["Application Name"] = $"{options.Application} reader",
        });
        builder.Options = $"{builder.Options} -c default_transaction_read_only=on".TrimStart();
        return builder;
    }

    private static NpgsqlConnectionStringBuilder Common(PostgresJournalOptions options, Dictionary<string, object> settings)
    {
        var builder = new NpgsqlConnectionStringBuilder(options.ConnectionString)
        {
            AutoPrepareMinUsages = 2,
            CommandTimeout = Seconds(options.CommandTimeout + s_grace),
            Timeout = Seconds(options.ConnectTimeout),
            Enlist = false,
        };
        foreach (var (name, value) in settings)
            builder[name] = value;
        return builder;
    }

    private static int Seconds(TimeSpan time) => Math.Max(1, (int)Math.Ceiling(time.TotalSeconds));
}
