using System.Collections.Immutable;

namespace Api.Hosting;

/// <summary>Every setting of the node's process, checked. Keys are the kebab-case names under <c>cluster</c>.</summary>
internal sealed record NodeSettings(string DataDir, HttpSettings Http, IntakeSettings Intake, LimitSettings Limits)
{
    public static NodeSettings Default { get; } = new("data", HttpSettings.Default, IntakeSettings.Default, LimitSettings.Default);
}

/// <param name="Host">Address to listen on.</param>
/// <param name="MaxBodyBytes">Largest body of a request, and largest line of a bulk.</param>
/// <param name="MaxBulkBytes">Largest NDJSON bulk as a whole.</param>
/// <param name="MaxHeaderBytes">All headers of a request together.</param>
/// <param name="RequestTimeout">Of every answer that is no stream.</param>
internal sealed record HttpSettings(
    string Host, int Port, int MaxBodyBytes, long MaxBulkBytes, int MaxHeaderBytes, TimeSpan RequestTimeout)
{
    public static HttpSettings Default { get; } = new("127.0.0.1", 4000, 10 << 20, 1L << 30, 32 << 10, TimeSpan.FromSeconds(30));
}

/// <param name="BulkInFlight">Lines of one bulk that are being stored at once.</param>
/// <param name="ReplyTimeout">How long a webhook that answers after completion waits for its run.</param>
/// <param name="MaxWatchers">Requests that may wait for or follow runs at once.</param>
internal sealed record IntakeSettings(int BulkInFlight, TimeSpan ReplyTimeout, int MaxWatchers)
{
    public static IntakeSettings Default { get; } = new(256, TimeSpan.FromSeconds(30), 10_000);
}

/// <param name="RunTimeout">Longest time an attempt may take in its worker.</param>
/// <param name="RunMemoryMb">Most memory an attempt may use.</param>
/// <param name="Adaptors">Allowed adaptor names; a trailing <c>*</c> is a wildcard.</param>
internal sealed record LimitSettings(TimeSpan RunTimeout, int RunMemoryMb, ImmutableArray<string> Adaptors)
{
    public static LimitSettings Default { get; } = new(TimeSpan.FromSeconds(300), 500, ["@openfn/language-*"]);
}
