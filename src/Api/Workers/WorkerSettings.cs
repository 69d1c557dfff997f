using System.Collections.Immutable;
using Cluster.Hocon;

namespace Api.Workers;

/// <summary>The worker process that the node starts itself, and what every worker may do.</summary>
/// <param name="Enabled">Whether the node starts a worker process; without, only workers from outside execute runs.</param>
/// <param name="Node">Path or name of the Node.js program, version 20 or newer.</param>
/// <param name="Script">Path of <c>worker.js</c>.</param>
/// <param name="Capacity">Concurrent runs of the process; 0 for the number of cores.</param>
/// <param name="RepoDir">Where adaptors are installed.</param>
/// <param name="Preload">Adaptors, with version, that a warm process has loaded before its first run.</param>
/// <param name="Offline">Only adaptors that are installed already may be used.</param>
/// <param name="LeaseGrace">How long a worker whose socket is gone may come back before its runs go to others.</param>
/// <param name="JoinTimeout">How long one of OpenFn's workers may take to come for a run that it claimed.</param>
/// <param name="Drain">How long runs in flight may finish when the node stops.</param>
/// <param name="PayloadLimitMb">Largest output of a step that is kept.</param>
/// <param name="LogLevel">Least level of the runtime's own lines in a run's log.</param>
internal sealed record WorkerSettings(
    bool Enabled,
    string Node,
    string Script,
    int Capacity,
    string RepoDir,
    ImmutableArray<string> Preload,
    bool Offline,
    TimeSpan LeaseGrace,
    TimeSpan JoinTimeout,
    TimeSpan Drain,
    int PayloadLimitMb,
    WorkerLogLevel LogLevel)
{
    public WorkerEgress Egress { get; init; } = WorkerEgress.Default;

    public static WorkerSettings Default { get; } = new(
        true, "node", "src/Worker/worker.js", 0, "data/adaptors", ["@openfn/language-common@3.3.4"], false,
        TimeSpan.FromSeconds(8), TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(10), 10, WorkerLogLevel.Debug);

    public static WorkerSettings Read(SettingsReader reader) =>
        new(
            reader.Bool("enabled", Default.Enabled),
            reader.String("node", Default.Node),
            Path.GetFullPath(reader.String("script", Default.Script)),
            reader.Int("capacity", Default.Capacity, min: 0, max: 256),
            Path.GetFullPath(reader.String("repo-dir", Default.RepoDir)),
            [.. reader.StringList("preload", Default.Preload)],
            reader.Bool("offline", Default.Offline),
            reader.Duration("lease-grace", Default.LeaseGrace, min: TimeSpan.FromSeconds(1), max: TimeSpan.FromMinutes(10)),
            reader.Duration("join-timeout", Default.JoinTimeout, min: TimeSpan.FromSeconds(1), max: TimeSpan.FromMinutes(10)),
            reader.Duration("drain", Default.Drain, min: TimeSpan.Zero, max: TimeSpan.FromMinutes(30)),
            reader.Int("payload-limit-mb", Default.PayloadLimitMb, min: 1, max: 14),
            reader.Enum("log-level", Default.LogLevel))
        {
            Egress = WorkerEgress.Read(reader.Within("egress")),
        };
}

internal enum WorkerLogLevel
{
    Debug,
    Info,
    Warn,
    Error,
    None,
}
