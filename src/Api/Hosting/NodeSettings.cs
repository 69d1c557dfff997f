using System.Collections.Immutable;
using Api.Credentials;
using Api.Egress;
using Api.Keys;
using Api.Perimeter;
using Api.Unstored;
using Api.Workers;
using Cluster.Hocon;
using Cluster.Sealing;

namespace Api.Hosting;

/// <summary>Every setting of the node's process, checked. Keys are the kebab-case names under <c>cluster</c>.</summary>
internal sealed record NodeSettings(
    string DataDir, string KeysDir, HttpSettings Http, IntakeSettings Intake, LimitSettings Limits, WorkerSettings Worker,
    EngineSettings Engine, StoreSettings Store, MemberSettings Member)
{
    public AccountSettings Accounts { get; init; } = AccountSettings.Default;

    /// <summary>What a stop may take beside all that has a bound of its own: open requests.</summary>
    private static readonly TimeSpan s_stopMargin = TimeSpan.FromSeconds(10);

    public static NodeSettings Default { get; } = new(
        "data", "", HttpSettings.Default, IntakeSettings.Default, LimitSettings.Default, WorkerSettings.Default,
        EngineSettings.Default, StoreSettings.Default, MemberSettings.Default);

    public EgressSettings Egress { get; init; } = EgressSettings.Default;

    public KeySettings Keys { get; init; } = KeySettings.Default;
    public UnstoredSettings Unstored { get; init; } = UnstoredSettings.Default;
    public CredentialSettings Credentials { get; init; } = CredentialSettings.Default;

    /// <summary>Where the keys are that all nodes of a cluster have in common.</summary>
    public string KeysFolder => KeysDir.Length > 0 ? KeysDir : Path.Combine(DataDir, "keys");

    public ShareSources ShareSources => Keys.Sources(KeysFolder);

    /// <summary>Longest time of an orderly stop: load balancers, workers, the hand-over, the last commits, and some air.</summary>
    public TimeSpan StopTime =>
        Http.DrainDelay + Worker.Drain + (Store.Type == StoreType.Postgres ? Member.LeaveTimeout : TimeSpan.Zero)
        + Engine.Entities.StopTimeout + s_stopMargin;

    /// <summary>Reads every key; the caller asks the reader for faults when all parts have read theirs.</summary>
    public static NodeSettings Read(SettingsReader reader) =>
        new(
            reader.String("data-dir", Default.DataDir),
            reader.String("keys-dir", Default.KeysDir),
            HttpSettings.Read(reader.Within("http")),
            IntakeSettings.Read(reader.Within("intake")),
            LimitSettings.Read(reader.Within("limits")),
            WorkerSettings.Read(reader.Within("worker")),
            EngineSettings.Read(reader),
            StoreSettings.Read(reader.Within("store")),
            MemberSettings.Read(reader.Within("member")))
        {
            Accounts = AccountSettings.Read(reader.Within("accounts")),
            Egress = EgressSettings.Read(reader.Within("egress")),
            Keys = KeySettings.Read(reader.Within("keys")),
            Unstored = UnstoredSettings.Read(reader.Within("unstored")),
            Credentials = CredentialSettings.Read(reader.Within("credentials")),
        };
}

/// <param name="Host">Address to listen on.</param>
/// <param name="MaxBodyBytes">Largest body of a request, and largest line of a bulk.</param>
/// <param name="MaxBulkBytes">Largest NDJSON bulk as a whole.</param>
/// <param name="MaxHeaderBytes">All headers of a request together.</param>
/// <param name="RequestTimeout">Of every answer that is no stream.</param>
/// <param name="DrainDelay">How long a node that stops goes on to take requests.</param>
internal sealed record HttpSettings(
    string Host, int Port, int MaxBodyBytes, long MaxBulkBytes, int MaxHeaderBytes, TimeSpan RequestTimeout,
    TimeSpan DrainDelay)
{
    public static HttpSettings Default { get; } = new("127.0.0.1", 4000, 10 << 20, 1L << 30, 32 << 10, TimeSpan.FromSeconds(30), TimeSpan.Zero);

    /// <summary>Bytes of large bodies that may be in memory at once.</summary>
    public long BodyMemory { get; init; } = 256 << 20;

    public PerimeterSettings Perimeter { get; init; } = PerimeterSettings.Default;

    public string Url => $"{Perimeter.Scheme}://{Host}:{Port}";

    public static HttpSettings Read(SettingsReader reader)
    {
        var own = ReadOwn(reader);
        var http = own with
        {
            BodyMemory = reader.Size("body-memory", Math.Max(Default.BodyMemory, 2L * own.MaxBodyBytes), min: 2L * own.MaxBodyBytes, max: 1L << 40),
            Perimeter = PerimeterSettings.Read(reader),
        };
        http.Perimeter.Check(reader, http.Host);
        return http;
    }

    private static HttpSettings ReadOwn(SettingsReader reader) =>
        new(
            reader.String("host", Default.Host),
            reader.Int("port", Default.Port, min: 0, max: 65_535),
            (int)reader.Size("max-body", Default.MaxBodyBytes, min: 1 << 10, max: 256 << 20),
            reader.Size("max-bulk", Default.MaxBulkBytes, min: 1 << 20),
            (int)reader.Size("max-headers", Default.MaxHeaderBytes, min: 1 << 10, max: 1 << 20),
            reader.Duration("request-timeout", Default.RequestTimeout, min: TimeSpan.FromSeconds(1), max: TimeSpan.FromHours(1)),
            reader.Duration("drain-delay", Default.DrainDelay, min: TimeSpan.Zero, max: TimeSpan.FromMinutes(5)));
}

/// <param name="BulkInFlight">Lines of one bulk that are being stored at once.</param>
/// <param name="ReplyTimeout">How long a webhook that answers after completion waits for its run.</param>
/// <param name="MaxWatchers">Requests that may wait for or follow runs at once.</param>
internal sealed record IntakeSettings(int BulkInFlight, TimeSpan ReplyTimeout, int MaxWatchers)
{
    public static IntakeSettings Default { get; } = new(256, TimeSpan.FromSeconds(30), 10_000);

    public static IntakeSettings Read(SettingsReader reader) =>
        new(
            reader.Int("bulk-in-flight", Default.BulkInFlight, min: 1, max: 10_000),
            reader.Duration("reply-timeout", Default.ReplyTimeout, min: TimeSpan.FromMilliseconds(100), max: TimeSpan.FromHours(1)),
            reader.Int("max-watchers", Default.MaxWatchers, min: 1));
}

/// <param name="RunTimeout">Longest time an attempt may take in its worker.</param>
/// <param name="RunMemoryMb">Most memory an attempt may use.</param>
/// <param name="Adaptors">Allowed adaptor names; a trailing <c>*</c> is a wildcard.</param>
internal sealed record LimitSettings(TimeSpan RunTimeout, int RunMemoryMb, ImmutableArray<string> Adaptors)
{
    public static LimitSettings Default { get; } = new(TimeSpan.FromSeconds(300), 500, ["@openfn/language-*"]);

    public static LimitSettings Read(SettingsReader reader) =>
        new(
            reader.Duration("run-timeout", Default.RunTimeout, min: TimeSpan.FromSeconds(1), max: TimeSpan.FromDays(1)),
            reader.Int("run-memory-mb", Default.RunMemoryMb, min: 16),
            [.. reader.StringList("adaptors", Default.Adaptors)]);
}
