using Cluster.Journal;

namespace Cluster.Tests.Journal;

/// <summary>One physical store under test: it can be opened, closed, opened again and tampered with.</summary>
public interface IJournalStore : IAsyncDisposable
{
    Task<OpenStore> OpenAsync(params MigrationSet[] migrations);

    /// <summary>A CREATE TABLE statement for a read-model table in the store's dialect.</summary>
    string Ddl(ReadTable table);

    /// <summary>Statements that make every insert into a table fail by a trigger, as an operator might.</summary>
    string RefuseInserts(ReadTable table);

    /// <summary>Bytes as part of a statement.</summary>
    string Literal(byte[] bytes);

    /// <summary>Runs a statement past the journal.</summary>
    Task ExecuteAsync(string sql);
}

/// <summary>A store that is open. Disposing it closes the journal, not the store.</summary>
public sealed record OpenStore(IJournal Journal, IReadStore Reads) : IAsyncDisposable
{
    public ValueTask DisposeAsync() => Journal.DisposeAsync();
}
