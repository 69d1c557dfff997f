using System.Data.Common;
using System.Globalization;
using System.Text.Encodings.Web;
using Microsoft.Data.Sqlite;

namespace Api.ReadModels;

/// <summary>Where a text is looked for.</summary>
[Flags]
internal enum SearchPlaces
{
    Id = 1,

    /// <summary>Inputs and outputs.</summary>
    Body = 2,
    Log = 4,
    All = Id | Body | Log,
}

/// <summary>
/// A text that is looked for in what runs took, made and logged: anywhere in it, without regard to the case of A to Z, every
/// character standing for itself. Bodies beyond <see cref="MaxBody"/> are left out.
/// </summary>
internal sealed record TextSearch(string Text, SearchPlaces Places)
{
    public const int MinLength = 2;
    public const int MaxLength = 200;

    /// <summary>Bytes.</summary>
    public const int MaxBody = 1 << 20;

    /// <summary>The text as it stands inside a JSON string.</summary>
    private string InJson { get; } = JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(Text);

    /// <summary>A page of candidates with a column <c>matches</c>. Ids are compared by <see cref="HasId"/>.</summary>
    /// <param name="clip">The candidates' column with the input.</param>
    /// <param name="ofCandidate">Condition by which a run <c>r</c> is one of candidate <c>c</c>.</param>
    public string Match(DbConnection connection, string page, string clip, string ofCandidate)
    {
        var (body, message) = connection is SqliteConnection
            ? (InSqlite("cast(d.body as text)"), InSqlite("l.message"))
            : (InPostgresBytes("d.body"), InPostgresText("l.message"));
        var small = string.Create(CultureInfo.InvariantCulture, $"d.size <= {MaxBody}");
        List<string> any = ["1 = 0"];
        if (Places.HasFlag(SearchPlaces.Body))
        {
            any.Add($"exists (select 1 from dataclips d where d.id = c.{clip} and {small} and {body})");
            any.Add($"""
                exists (select 1 from runs r join steps s on s.run_id = r.id join dataclips d on d.id = s.output_dataclip_id
                where {ofCandidate} and {small} and {body})
                """);
        }

        if (Places.HasFlag(SearchPlaces.Log))
            any.Add($"exists (select 1 from runs r join log_lines l on l.run_id = r.id where {ofCandidate} and {message})");
        return $"select c.*, ({string.Join("\nor ", any)}) as matches from ({page}) as c order by c.created_at desc, c.id desc";
    }

    public HistoryArguments Complete(HistoryArguments arguments) => arguments with { Text = Text, InJson = InJson };

    public bool HasId(Guid id) =>
        Places.HasFlag(SearchPlaces.Id) && id.ToString().Contains(Text, StringComparison.OrdinalIgnoreCase);

    private string InSqlite(string text) => Either(needle => $"instr(lower({text}), lower({needle})) > 0");

    private string InPostgresText(string text) =>
        Either(needle => $"position(lower({needle} collate \"C\") in lower({text} collate \"C\")) > 0");

    /// <summary>Bytes that are no text of the database's encoding are no error: they become escapes, in text and needle alike.</summary>
    private string InPostgresBytes(string bytes) => Either(needle =>
        $"position(lower(encode(convert_to({needle}, 'UTF8'), 'escape') collate \"C\") in lower(encode({bytes}, 'escape') collate \"C\")) > 0");

    private string Either(Func<string, string> contains) =>
        InJson == Text ? contains("@Text") : $"({contains("@Text")} or {contains("@InJson")})";
}
