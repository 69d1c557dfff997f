using System.Text;
using Npgsql;
using NpgsqlTypes;

namespace Cluster.Journal.Postgres;

/// <summary>Parameters that carry one column of many rows.</summary>
internal static class PostgresArrays
{
    public static NpgsqlParameter Of<T>(NpgsqlDbType element, T[] values) =>
        new NpgsqlParameter<T[]> { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | element };

    /// <summary>Text as PostgreSQL can hold it: half a surrogate pair becomes the replacement character.</summary>
    /// <exception cref="ArgumentException">It contains NUL.</exception>
    public static string Storable(string text)
    {
        if (text.Contains('\0', StringComparison.Ordinal))
            throw new ArgumentException("PostgreSQL cannot store text that contains NUL.");
        return text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF') < 0
            ? text
            : Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
    }
}
