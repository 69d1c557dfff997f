using System.Buffers;
using System.Globalization;
using System.Text;
using Api.ReadModels;

namespace Api.Audit;

/// <summary>
/// Entries as CSV (RFC 4180). A field that a spreadsheet would take for a formula gets an apostrophe before it (OWASP, CSV injection).
/// </summary>
internal static class AuditCsv
{
    public const string MediaType = "text/csv";

    public const string Header =
        "position,id,at,action,outcome,actor_kind,actor_id,via,token_id,address,request_id,project_id,item_type,item_id,hash,details\r\n";

    private static readonly SearchValues<char> s_special = SearchValues.Create("\",\r\n");

    public static void Write(StringBuilder to, AuditRow row)
    {
        Field(to, row.Position?.ToString(CultureInfo.InvariantCulture));
        Next(to, row.Id.ToString());
        Next(to, row.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture));
        Next(to, row.Action);
        Next(to, row.Outcome);
        Next(to, row.ActorKind);
        Next(to, row.ActorId?.ToString());
        Next(to, row.Via);
        Next(to, row.TokenId?.ToString());
        Next(to, row.Address);
        Next(to, row.RequestId);
        Next(to, row.ProjectId?.ToString());
        Next(to, row.ItemType);
        Next(to, row.ItemId?.ToString());
        Next(to, row.Hash);
        Next(to, row.Details);
        to.Append("\r\n");
    }

    private static void Next(StringBuilder to, string? text)
    {
        to.Append(',');
        Field(to, text);
    }

    public static void Field(StringBuilder to, string? text)
    {
        if (string.IsNullOrEmpty(text)) return;
        if (text[0] is '=' or '+' or '-' or '@' or '\t' or '\r') text = "'" + text;
        if (!text.AsSpan().ContainsAny(s_special)) to.Append(text);
        else to.Append('"').Append(text.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
    }
}
