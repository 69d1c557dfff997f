using System.Data.Common;
using System.Globalization;
using Cluster.Journal;
using Cluster.Sealing;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Api.ReadModels;

/// <summary>
/// Looks for a text in the bodies and log lines of a page of candidates. They are stored sealed, and no index of what is in them is
/// kept: each is opened, looked through and forgotten, one at a time, until its candidate is known to match.
/// </summary>
internal sealed class TextScan(IReadStore store, SealedReads reads)
{
    /// <summary>Which of the candidates have the text. Of bodies beyond <see cref="TextSearch.MaxBody"/> nothing is known.</summary>
    /// <param name="clips">Inputs of the candidates.</param>
    /// <param name="ofRun">The column of <c>runs</c> that names the candidate.</param>
    public async Task<HashSet<Guid>> MatchesAsync(
        TextSearch search, IReadOnlyList<(Guid Candidate, Guid? Clip)> clips, string ofRun, CancellationToken cancellationToken)
    {
        var found = new HashSet<Guid>();
        if (clips.Count == 0 || (search.Places & (SearchPlaces.Body | SearchPlaces.Log)) == 0) return found;
        await using var connection = await store.OpenReadAsync(cancellationToken);
        if (search.Places.HasFlag(SearchPlaces.Body))
        {
            await InputsAsync(connection, search, clips, found, cancellationToken);
            await OutputsAsync(connection, search, clips, ofRun, found, cancellationToken);
        }

        if (search.Places.HasFlag(SearchPlaces.Log)) await LogsAsync(connection, search, clips, ofRun, found, cancellationToken);
        return found;
    }

    private async Task InputsAsync(
        DbConnection connection, TextSearch search, IReadOnlyList<(Guid Candidate, Guid? Clip)> clips, HashSet<Guid> found, CancellationToken cancellationToken)
    {
        var candidates = clips.Where(static pair => pair.Clip is not null).ToLookup(static pair => pair.Clip!.Value, static pair => pair.Candidate);
        if (candidates.Count == 0) return;
        var sql = $"select d.id, d.body as stored from dataclips d where d.id in ({Listed(connection, candidates.Select(static group => group.Key))}) and {Small}";
        await foreach (var clip in connection.QueryUnbufferedAsync<ClipRow>(sql).WithCancellation(cancellationToken))
        {
            if (await HasAsync(search, Tables.Dataclips, "body", [clip.Id], clip.Stored, cancellationToken)) found.UnionWith(candidates[clip.Id]);
        }
    }

    private async Task OutputsAsync(
        DbConnection connection, TextSearch search, IReadOnlyList<(Guid Candidate, Guid? Clip)> clips, string ofRun, HashSet<Guid> found, CancellationToken cancellationToken)
    {
        if (Rest(connection, clips, found) is not { } rest) return;
        var sql =
            $"""
            select r.{ofRun} as candidate, d.id, d.body as stored from runs r join steps s on s.run_id = r.id join dataclips d on d.id = s.output_dataclip_id
            where r.{ofRun} in ({rest}) and {Small}
            """;
        await foreach (var clip in connection.QueryUnbufferedAsync<ClipRow>(sql).WithCancellation(cancellationToken))
        {
            if (!found.Contains(clip.Candidate) && await HasAsync(search, Tables.Dataclips, "body", [clip.Id], clip.Stored, cancellationToken))
                found.Add(clip.Candidate);
        }
    }

    private async Task LogsAsync(
        DbConnection connection, TextSearch search, IReadOnlyList<(Guid Candidate, Guid? Clip)> clips, string ofRun, HashSet<Guid> found, CancellationToken cancellationToken)
    {
        if (Rest(connection, clips, found) is not { } rest) return;
        var sql =
            $"""
            select r.{ofRun} as candidate, l.run_id, l.attempt, l.number, l.message as stored
            from runs r join log_lines l on l.run_id = r.id where r.{ofRun} in ({rest})
            """;
        await foreach (var line in connection.QueryUnbufferedAsync<LineRow>(sql).WithCancellation(cancellationToken))
        {
            if (!found.Contains(line.Candidate)
                && await HasAsync(search, Tables.LogLines, "message", [line.RunId, line.Attempt, line.Number], line.Stored, cancellationToken))
                found.Add(line.Candidate);
        }
    }

    /// <summary>What does not open has no text to be found; without the master key nothing can be said at all.</summary>
    /// <exception cref="KeysSealedException">This node has not the master key.</exception>
    private async ValueTask<bool> HasAsync(
        TextSearch search, ReadTable table, string column, object[] key, byte[] stored, CancellationToken cancellationToken)
    {
        var opened = await reads.TryOpenAsync(table, column, key, stored, cancellationToken);
        if (opened.Unreadable == Unreadable.Sealed) throw new KeysSealedException("A search needs the master key.");
        return opened.Bytes is { } text && search.IsIn(text);
    }

    private static string? Rest(DbConnection connection, IReadOnlyList<(Guid Candidate, Guid? Clip)> clips, HashSet<Guid> found)
    {
        var rest = clips.Select(static pair => pair.Candidate).Where(id => !found.Contains(id)).ToArray();
        return rest.Length == 0 ? null : Listed(connection, rest);
    }

    private static string Small { get; } = string.Create(CultureInfo.InvariantCulture, $"d.wiped_at is null and d.size <= {TextSearch.MaxBody}");

    /// <summary>As part of the text: ids have no other characters than these, and a list cannot be bound.</summary>
    private static string Listed(DbConnection connection, IEnumerable<Guid> ids) => connection is SqliteConnection
        ? string.Join(',', ids.Select(static id => $"x'{Convert.ToHexString(id.ToByteArray(bigEndian: true))}'"))
        : string.Join(',', ids.Select(static id => $"'{id:D}'::uuid"));

    private sealed class ClipRow
    {
        public Guid Candidate { get; init; }
        public Guid Id { get; init; }
        public byte[] Stored { get; init; } = [];
    }

    private sealed class LineRow
    {
        public Guid Candidate { get; init; }
        public Guid RunId { get; init; }
        public long Attempt { get; init; }
        public long Number { get; init; }
        public byte[] Stored { get; init; } = [];
    }
}
