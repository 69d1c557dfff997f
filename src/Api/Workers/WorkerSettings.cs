namespace Api.Workers;

/// <summary>The worker processes that the node starts itself, and what every worker may do.</summary>
/// <param name="Enabled">Whether the node starts a worker process.</param>
/// <param name="Node">Path or name of the Node.js program.</param>
/// <param name="Script">Path of <c>worker.js</c>.</param>
/// <param name="Capacity">Concurrent runs of the process; 0 for the number of cores.</param>
/// <param name="RepoDir">Where adaptors are installed.</param>
/// <param name="AllowedAdaptors">Adaptor names that workflows may use; a trailing <c>*</c> is a wildcard.</param>
/// <param name="Preload">Adaptors that a warm process has loaded before its first run.</param>
/// <param name="Offline">Only adaptors that are installed already may be used.</param>
/// <param name="LeaseGrace">How long a worker whose socket is gone may come back before its runs go to others.</param>
/// <param name="DrainTimeout">How long runs in flight may finish when the node stops.</param>
/// <param name="PayloadLimitMb">Largest state or output in a report.</param>
internal sealed record WorkerSettings(
    bool Enabled,
    string Node,
    string Script,
    int Capacity,
    string RepoDir,
    IReadOnlyList<string> AllowedAdaptors,
    IReadOnlyList<string> Preload,
    bool Offline,
    TimeSpan LeaseGrace,
    TimeSpan DrainTimeout,
    int RunTimeoutMs,
    int MemoryLimitMb,
    int PayloadLimitMb);
