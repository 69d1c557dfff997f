namespace Cluster.Journal.Sqlite;

/// <summary>
/// Holds a store for one process. The lock lies on a file beside the database, never on the database itself: closing any
/// handle of that file would drop SQLite's own locks. The system releases it with the process, however that ends, so the
/// file may stay behind.
/// </summary>
internal sealed class SqliteLock : IDisposable
{
    private readonly FileStream _file;

    private SqliteLock(FileStream file) => _file = file;

    /// <exception cref="StoreRefusedException">Somebody else holds it.</exception>
    /// <exception cref="JournalUnavailableException">The file cannot be made or opened.</exception>
    public static SqliteLock Take(string databasePath)
    {
        var path = databasePath + ".lock";
        try
        {
            return new SqliteLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException e) when (IsHeld(e))
        {
            throw new StoreRefusedException(
                $"The store '{databasePath}' is open in another process. Only one node may use a SQLite store.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new JournalUnavailableException($"The lock file '{path}' cannot be used: {e.Message}", e);
        }
    }

    // EWOULDBLOCK on Linux and macOS, ERROR_SHARING_VIOLATION on Windows.
    private static bool IsHeld(IOException e) => e.HResult is 11 or 35 or unchecked((int)0x80070020);

    public void Dispose() => _file.Dispose();
}
