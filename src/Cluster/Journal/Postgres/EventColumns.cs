using Npgsql;
using NpgsqlTypes;
using static Cluster.Journal.Postgres.PostgresArrays;

namespace Cluster.Journal.Postgres;

/// <summary>Events as columns of journal rows.</summary>
internal sealed class EventColumns
{
    private readonly string[] _types;
    private readonly Guid[] _ids;
    private readonly long[] _sequenceNrs;
    private readonly int[] _shards;
    private readonly string[] _manifests;
    private readonly ReadOnlyMemory<byte>[] _payloads;
    private int _count;

    private EventColumns(int count)
    {
        _types = new string[count];
        _ids = new Guid[count];
        _sequenceNrs = new long[count];
        _shards = new int[count];
        _manifests = new string[count];
        _payloads = new ReadOnlyMemory<byte>[count];
    }

    /// <exception cref="ArgumentException">A name contains NUL.</exception>
    public static EventColumns From(IReadOnlyList<AppendUnit> units)
    {
        var count = 0;
        for (var i = 0; i < units.Count; i++)
            count += units[i].Events.Count;
        var columns = new EventColumns(count);
        for (var i = 0; i < units.Count; i++)
            columns.Add(units[i]);
        return columns;
    }

    public NpgsqlBatchCommand ToCommand(string sql, long now) => new(sql)
    {
        Parameters =
        {
            Of(NpgsqlDbType.Text, _types),
            Of(NpgsqlDbType.Uuid, _ids),
            Of(NpgsqlDbType.Bigint, _sequenceNrs),
            Of(NpgsqlDbType.Integer, _shards),
            Of(NpgsqlDbType.Text, _manifests),
            Of(NpgsqlDbType.Bytea, _payloads),
            new NpgsqlParameter<long> { TypedValue = now },
        },
    };

    private void Add(AppendUnit unit)
    {
        var type = Storable(unit.Entity.Type);
        for (var i = 0; i < unit.Events.Count; i++, _count++)
        {
            _types[_count] = type;
            _ids[_count] = unit.Entity.Id;
            _sequenceNrs[_count] = unit.FirstSequenceNr + i;
            _shards[_count] = unit.Shard;
            _manifests[_count] = Storable(unit.Events[i].Manifest);
            _payloads[_count] = unit.Events[i].Bytes;
        }
    }
}
