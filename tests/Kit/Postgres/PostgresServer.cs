using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Cluster.Kit.Postgres;

/// <summary>
/// A throw-away PostgreSQL on the loopback with a folder of its own. It writes through to the disk like a real one. When
/// the process that started it ends, however it ends, the server is stopped and its folder removed.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private const string User = "cluster";

    // Fast for tests, but nothing that makes a commit less durable.
    private const string Settings =
        "-c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=on -c synchronous_commit=on " +
        "-c max_connections=200 -c shared_buffers=64MB -c max_wal_size=512MB -c log_min_messages=fatal";

    private static int s_databases;

    private readonly PostgresPrograms _programs;
    private readonly string _folder;
    private readonly string _settings;
    private readonly Guard _guard;
    private int _port;

    private PostgresServer(PostgresPrograms programs, string folder, string settings)
    {
        _settings = settings;
        _programs = programs;
        _folder = folder;
        _guard = new Guard(programs, folder);
    }

    /// <summary>The process above all of the server's.</summary>
    public int ProcessId => int.Parse(File.ReadLines(Path.Combine(Data, "postmaster.pid")).First(), CultureInfo.InvariantCulture);

    /// <summary>Everything that the server writes, its log included.</summary>
    public string Folder => _folder;

    private string Data => Path.Combine(_folder, "data");

    /// <summary>The one server that all tests of this process share.</summary>
    public static Task<PostgresServer> SharedAsync() => Shared.Server;

    /// <param name="settings">More of them, as <c>-c name=value</c>.</param>
    /// <exception cref="InvalidOperationException">There is no PostgreSQL on this machine.</exception>
    public static async Task<PostgresServer> StartAsync(string settings = "")
    {
        var programs = PostgresPrograms.Find();
        var folder = Directory.CreateTempSubdirectory("cluster-pg-").FullName;
        await programs.OwnAsync(folder);
        var server = new PostgresServer(programs, folder, $"{Settings} {settings}");
        try
        {
            await programs.RunAsync("initdb", "-D", server.Data, "-U", User, "-A", "trust", "-E", "UTF8", "--locale=C", "-N");
            await server.StartOnFreePortAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Makes an empty database and returns how to connect to it.</summary>
    public async Task<string> CreateDatabaseAsync()
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"test_{Interlocked.Increment(ref s_databases)}");
        await ExecuteAsync($"CREATE DATABASE {name}");
        return ConnectionString(name);
    }

    public Task DropDatabaseAsync(string connectionString) =>
        ExecuteAsync($"DROP DATABASE {new NpgsqlConnectionStringBuilder(connectionString).Database} WITH (FORCE)");

    /// <summary>SIGKILL to the server and all its sessions at once, as a crash of the machine would end them.</summary>
    public async Task KillAsync()
    {
        using var process = System.Diagnostics.Process.GetProcessById(ProcessId);
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
    }

    /// <summary>Starts it again on the same port and folder, after a kill.</summary>
    public Task RestartAsync() => StartOnAsync(_port);

    public ValueTask DisposeAsync() => _guard.DisposeAsync();

    private async Task StartOnFreePortAsync()
    {
        for (var left = 5; ; left--)
        {
            try
            {
                await StartOnAsync(FreePort());
                return;
            }
            catch (InvalidOperationException) when (left > 1)
            {
                // Somebody took the port in the meantime.
            }
        }
    }

    private async Task StartOnAsync(int port)
    {
        _port = port;
        var options = string.Create(CultureInfo.InvariantCulture, $"-p {port} {_settings}");
        await _programs.RunAsync("pg_ctl", "start", "-w", "-s", "-D", Data, "-l", Path.Combine(_folder, "log"), "-o", options);
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString("postgres"));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private string ConnectionString(string database) => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = _port,
        Username = User,
        Database = database,
    }.ToString();

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    // Started when first asked for.
    private static class Shared
    {
        public static readonly Task<PostgresServer> Server = StartAsync();
    }

    /// <summary>A shell that waits for the end of its input, which comes with the end of this process at the latest.</summary>
    private sealed class Guard(PostgresPrograms programs, string folder) : IAsyncDisposable
    {
        private const string Script = """
            cat > /dev/null
            "$2" stop -s -m immediate -D "$1/data" 2> /dev/null
            rm -rf "$1"
            """;

        private readonly System.Diagnostics.Process _shell = programs.Start("/bin/sh", "-c", Script, "guard", folder, programs.PathOf("pg_ctl"));

        public async ValueTask DisposeAsync()
        {
            _shell.StandardInput.Close();
            await _shell.WaitForExitAsync();
            _shell.Dispose();
        }
    }
}
