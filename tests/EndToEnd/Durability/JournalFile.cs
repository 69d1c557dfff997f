using Cluster.Journal;
using Cluster.Kit;
using Microsoft.Data.Sqlite;

namespace EndToEnd.Durability;

/// <summary>One event as it lies in the file.</summary>
internal sealed record StoredEvent(Guid Entity, long SequenceNr, int Shard, Payload Payload, long WrittenAt);

/// <summary>A stopped node's database, opened read-only and read without any of the node's own code for it but what opens sealed values.</summary>
internal sealed class JournalFile : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly StoreOpener _opener;

    public JournalFile(string path, StoreOpener opener)
    {
        _opener = opener;
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = SqliteOpenMode.ReadOnly,
            Pooling = false,
        }.ToString());
        _connection.Open();
    }

    /// <summary>Events of all entities of a type, by entity, in order.</summary>
    public Dictionary<Guid, List<StoredEvent>> Events(string type)
    {
        var rows = Rows($"select * from journal where entity_type = '{type}' order by entity_id, seq_nr");
        return rows.Select(row => new StoredEvent(
                row.Id("entity_id"), row.Number("seq_nr"), (int)row.Number("shard"),
                new Payload(
                    row.Text("manifest")!,
                    _opener.Event(type, row.Id("entity_id"), row.Number("seq_nr"), row.Text("manifest")!, row.Bytes("payload"))),
                row.Number("written_at")))
            .GroupBy(stored => stored.Entity)
            .ToDictionary(group => group.Key, group => group.ToList());
    }

    /// <summary>The body of a dataclip's row.</summary>
    public byte[] Body(Row clip) => _opener.Column("dataclips", "body", clip.Bytes("body"), clip.Id("id"));

    /// <summary>The error message of a run's row.</summary>
    public string? Error(Row run) =>
        run.OptionalBytes("error_message") is { } stored ? _opener.Text("runs", "error_message", stored, run.Id("id")) : null;

    public List<Row> Rows(string query)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = query;
        using var reader = command.ExecuteReader();
        var rows = new List<Row>();
        while (reader.Read())
        {
            rows.Add(new Row(Enumerable.Range(0, reader.FieldCount)
                .ToDictionary(reader.GetName, column => reader.IsDBNull(column) ? null : reader.GetValue(column))));
        }

        return rows;
    }

    public void Dispose() => _connection.Dispose();
}

/// <summary>Values of one row by column.</summary>
internal sealed class Row(Dictionary<string, object?> values)
{
    public Guid Id(string column) => OptionalId(column)!.Value;

    public Guid? OptionalId(string column) => values[column] is byte[] bytes ? new Guid(bytes, bigEndian: true) : null;

    public string? Text(string column) => (string?)values[column];

    public byte[] Bytes(string column) => (byte[])values[column]!;

    public byte[]? OptionalBytes(string column) => (byte[]?)values[column];

    public long Number(string column) => (long)values[column]!;

    public long? OptionalNumber(string column) => (long?)values[column];

    public override string ToString() => string.Join(", ", values.Select(pair => $"{pair.Key}={Shown(pair.Value)}"));

    private static object? Shown(object? value) => value is byte[] bytes ? Convert.ToHexStringLower(bytes) : value;
}
