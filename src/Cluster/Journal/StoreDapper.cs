using System.Data;
using System.Globalization;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Cluster.Journal;

/// <summary>
/// Teaches Dapper how ids and timestamps are stored, so that one query text serves every store: SQLite keeps an id as
/// 16 bytes big-endian, PostgreSQL as its own uuid; both keep time as described in <see cref="StoredTime"/>.
/// </summary>
public static class StoreDapper
{
    private static readonly Lazy<bool> s_registered = new(RegisterHandlers);

    /// <summary>Every store calls this when it opens. Dapper's registry is global, so the first call does the work.</summary>
    public static void Register() => _ = s_registered.Value;

    private static bool RegisterHandlers()
    {
        // Dapper asks a handler only for types that are not in its own map.
        foreach (var type in new[] { typeof(Guid), typeof(Guid?), typeof(DateTimeOffset), typeof(DateTimeOffset?) })
            SqlMapper.RemoveTypeMap(type);
        SqlMapper.AddTypeHandler(new GuidHandler());
        SqlMapper.AddTypeHandler(new TimeHandler());
        return true;
    }

    private sealed class GuidHandler : SqlMapper.TypeHandler<Guid>
    {
        public override void SetValue(IDbDataParameter parameter, Guid value)
        {
            if (parameter is SqliteParameter sqlite)
                sqlite.Value = value.ToByteArray(bigEndian: true);
            else
                parameter.Value = value;
        }

        public override Guid Parse(object value) => value switch
        {
            Guid id => id,
            byte[] { Length: 16 } bytes => new Guid(bytes, bigEndian: true),
            _ => throw new InvalidCastException($"A stored {value.GetType().Name} is not an id."),
        };
    }

    private sealed class TimeHandler : SqlMapper.TypeHandler<DateTimeOffset>
    {
        public override void SetValue(IDbDataParameter parameter, DateTimeOffset value)
        {
            parameter.DbType = DbType.Int64;
            parameter.Value = StoredTime.ToMicroseconds(value);
        }

        public override DateTimeOffset Parse(object value) =>
            StoredTime.FromMicroseconds(Convert.ToInt64(value, CultureInfo.InvariantCulture));
    }
}
