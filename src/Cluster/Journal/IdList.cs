using System.Data;
using System.Globalization;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Cluster.Journal;

/// <summary>Ids for <c>in @name</c>. Dapper spreads lists by itself, but past the handler that knows how a store keeps an id.</summary>
/// <param name="ids">A page at most: each is a parameter of the statement.</param>
public sealed class IdList(IReadOnlyCollection<Guid> ids) : SqlMapper.ICustomQueryParameter
{
    public void AddParameter(IDbCommand command, string name)
    {
        var names = new List<string>(ids.Count);
        foreach (var id in ids)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = string.Create(CultureInfo.InvariantCulture, $"{name}_{names.Count}");
            parameter.Value = command is SqliteCommand ? id.ToByteArray(bigEndian: true) : id;
            command.Parameters.Add(parameter);
            names.Add("@" + parameter.ParameterName);
        }

        // An empty list is valid in SQLite alone.
        var list = names.Count == 0 ? "(null)" : $"({string.Join(", ", names)})";
        command.CommandText = command.CommandText.Replace($"in @{name}", $"in {list}", StringComparison.Ordinal);
    }
}
