using Api.ReadModels;
using Cluster.Journal;
using Dapper;

namespace Api.Retention;

/// <summary>Statements that take the data out of rows and leave the rows.</summary>
internal static class Wiping
{
    private static readonly byte[] s_empty = [];

    /// <summary>The rows stay, and say since when they have no body. Those that have a name keep it with their body.</summary>
    /// <param name="condition">Beyond the ids; <c>d</c> is the dataclip.</param>
    public static UpkeepStatement Bodies(IReadOnlyCollection<Guid> clipIds, DateTimeOffset now, string condition = "")
    {
        var arguments = new DynamicParameters(new { now, empty = s_empty });
        var ids = arguments.AddIds("c", clipIds);
        return new UpkeepStatement(
            $"update dataclips as d set body = @empty, request = null, wiped_at = @now where d.id in {ids} and d.wiped_at is null and {DataclipNameRows.Unnamed("d")} {condition}",
            arguments);
    }

    public static UpkeepStatement LogLines(IReadOnlyCollection<Guid> runIds) => OfRuns("delete from log_lines where run_id in {0}", runIds);

    /// <param name="sql">With the place of the ids.</param>
    public static UpkeepStatement OfRuns(string sql, IReadOnlyCollection<Guid> runIds)
    {
        var arguments = new DynamicParameters();
        return new UpkeepStatement(string.Format(System.Globalization.CultureInfo.InvariantCulture, sql, arguments.AddIds("r", runIds)), arguments);
    }
}
