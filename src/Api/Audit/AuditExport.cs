using System.Text;
using System.Text.Json;
using Api.Json;
using Api.ReadModels;

namespace Api.Audit;

/// <summary>Everything that fits a filter, in the order of the chain, a page in memory at a time.</summary>
internal sealed class AuditExport(AuditQueries queries)
{
    public const string JsonLines = "application/x-ndjson";
    private const int PageSize = 1_000;

    /// <summary>What came in the last seconds and is not chained yet; more than that waits only if the chain is not extended.</summary>
    private const int MostUnchained = 10_000;

    public async Task WriteAsync(HttpContext context, AuditFilter filter, bool csv)
    {
        var cancelled = context.RequestAborted;
        var response = context.Response;
        response.ContentType = csv ? AuditCsv.MediaType + "; charset=utf-8; header=present" : JsonLines;
        response.Headers.CacheControl = "no-store";
        response.Headers.ContentDisposition = $"attachment; filename=\"audit.{(csv ? "csv" : "ndjson")}\"";
        if (csv) await response.WriteAsync(AuditCsv.Header, cancelled);

        var (after, end) = (0L, await queries.EndAsync(cancelled));
        while (after < end)
        {
            var page = await queries.ChainedAsync(filter, after, end, PageSize, cancelled);
            await WriteAsync(response, page, csv, cancelled);
            after = page.Count < PageSize ? end : page[^1].Position!.Value;
        }

        await WriteAsync(response, await queries.RestAsync(filter, end, MostUnchained, cancelled), csv, cancelled);
    }

    private static async Task WriteAsync(HttpResponse response, List<AuditRow> rows, bool csv, CancellationToken cancellationToken)
    {
        if (rows.Count == 0) return;
        var text = new StringBuilder();
        foreach (var row in rows)
        {
            if (csv) AuditCsv.Write(text, row);
            else text.Append(JsonSerializer.Serialize(AuditView.Of(row), ApiJson.Http.AuditView)).Append('\n');
        }

        await response.WriteAsync(text.ToString(), cancellationToken);
        await response.Body.FlushAsync(cancellationToken);
    }
}
