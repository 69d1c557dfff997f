using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Api.Dispatch;
using Api.Hosting;
using Api.Perimeter;
using Api.ReadModels;
using Cluster.Sharding;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Api.Workers;

/// <summary>
/// Starts the node's worker process, feeds it its configuration through stdin (a secret has no place in arguments or
/// environment), and starts another when it dies: after one second, then doubling up to thirty.
/// </summary>
internal sealed partial class WorkerProcess(
    NodeSettings node, IServer server, WorkerSecret secret, TimeProvider time, IHostApplicationLifetime lifetime,
    ILogger<WorkerProcess> logger, ClusterState state, OwnWorkerSocket? socket = null) : BackgroundService
{
    private const int SigTerm = 15;
    private readonly WorkerSettings _settings = node.Worker;
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Healthy = TimeSpan.FromMinutes(1);

    /// <summary>Of the process that runs now; null between two.</summary>
    public int? ProcessId { get; private set; }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await ListeningAsync(stoppingToken).ConfigureAwait(false);

        // From the first moment of the stop, while the node still hears reports, the worker has its time to finish.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, lifetime.ApplicationStopping);
        await RunUntilAsync(stop.Token).ConfigureAwait(false);
    }

    private async Task RunUntilAsync(CancellationToken stoppingToken)
    {
        var wait = FirstWait;
        while (_settings.Enabled && !stoppingToken.IsCancellationRequested)
        {
            var started = time.GetTimestamp();
            var exitCode = await RunOnceAsync(stoppingToken).ConfigureAwait(false);
            if (stoppingToken.IsCancellationRequested)
            {
                return;
            }

            wait = time.GetElapsedTime(started) > Healthy ? FirstWait : wait;
            DispatchLog.ProcessEnded(logger, exitCode, wait);
            await Task.Delay(wait, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            wait = wait * 2 < LongestWait ? wait * 2 : LongestWait;
        }
    }

    private async Task<int> RunOnceAsync(CancellationToken stopping)
    {
        try
        {
            using var process = Start();
            ProcessId = process.Id;
            DispatchLog.ProcessStarted(logger, process.Id);
            await process.StandardInput.WriteLineAsync(Configuration().AsMemory(), CancellationToken.None).ConfigureAwait(false);
            await process.StandardInput.FlushAsync(CancellationToken.None).ConfigureAwait(false);
            var lines = Task.WhenAll(
                ForwardAsync(process.StandardError), ForwardAsync(process.StandardOutput));
            await process.WaitForExitAsync(stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await StopAsync(process).ConfigureAwait(false);
            await lines.ConfigureAwait(false);
            return process.ExitCode;
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or IOException or InvalidOperationException)
        {
            DispatchLog.ProcessFailed(logger, e);
            return -1;
        }
        finally
        {
            ProcessId = null;
        }
    }

    private Process Start()
    {
        var start = new ProcessStartInfo(_settings.Node)
        {
            RedirectStandardInput = true,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
            WorkingDirectory = Path.GetDirectoryName(_settings.Script)!,
        };
        start.ArgumentList.Add(_settings.Script);

        // npm needs the operator's proxies and certificates; whatever else there is may hold secrets and stays here. What
        // executes jobs gets none of either but for the authorities to trust.
        foreach (var name in start.Environment.Keys.Where(static name => !PassedOn().IsMatch(name)).ToList())
        {
            start.Environment.Remove(name);
        }

        return Process.Start(start) ?? throw new InvalidOperationException("No process was started.");
    }

    /// <summary>The port is known once the server listens: it may have been asked to choose one.</summary>
    private async Task ListeningAsync(CancellationToken stopping)
    {
        var listening = new TaskCompletionSource();
        await using var started = lifetime.ApplicationStarted.Register(() => listening.TrySetResult());
        await listening.Task.WaitAsync(stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private string Url()
    {
        if (socket is not null) return socket.WorkerUrl;
        var address = new Uri(server.Features.Get<IServerAddressesFeature>()!.Addresses.First());
        var host = address.Host is "0.0.0.0" or "[::]" ? "127.0.0.1" : address.Host;
        return $"ws://{host}:{address.Port}/worker";
    }

    private string Configuration()
    {
        return JsonSerializer.Serialize(
            new WorkerConfiguration(
                Url(),
                secret.Text,
                Environment.MachineName,
                _settings.Capacity > 0 ? _settings.Capacity : Environment.ProcessorCount,
                _settings.RepoDir,
                node.Limits.RunMemoryMb,
                (int)node.Limits.RunTimeout.TotalMilliseconds,
                _settings.PayloadLimitMb,
                (int)_settings.Drain.TotalMilliseconds,
                new WorkerAdaptors(node.Limits.Adaptors, _settings.Offline),
                _settings.Preload,
                Words.Of(_settings.LogLevel),
                _settings.Egress),
            WorkerConfigurationJson.Default.WorkerConfiguration);
    }

    /// <summary>SIGTERM lets runs in flight finish; what is still there after the drain time is killed, and at once if the
    /// node was declared down: others execute these runs now.</summary>
    private async Task StopAsync(Process process)
    {
        if (process.HasExited)
        {
            return;
        }

        _ = Kill(process.Id, SigTerm);
        var patience = state.WasDeclaredDown ? TimeSpan.Zero : _settings.Drain + TimeSpan.FromSeconds(2);
        using var limit = new CancellationTokenSource(patience, time);
        await process.WaitForExitAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        }
    }

    private async Task ForwardAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync(CancellationToken.None).ConfigureAwait(false) is { } line)
        {
            DispatchLog.ProcessSaid(logger, line);
        }
    }

    [GeneratedRegex(
        "^(PATH|HOME|TMPDIR|LANG|LC_.*|TZ|LD_.*|FAKETIME.*|(https?|no)_proxy|npm_config_.*|NODE_EXTRA_CA_CERTS|SSL_CERT_(FILE|DIR))$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex PassedOn();

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static extern int Kill(int processId, int signal);
}

/// <summary>The one line of JSON that a worker reads at its start.</summary>
internal sealed record WorkerConfiguration(
    string Url,
    string Secret,
    string Name,
    int Capacity,
    string RepoDir,
    int MemoryLimitMb,
    int RunTimeoutMs,
    int PayloadLimitMb,
    int DrainMs,
    WorkerAdaptors Adaptors,
    IReadOnlyList<string> Preload,
    string RuntimeLogLevel,
    WorkerEgress Egress);

internal sealed record WorkerAdaptors(IReadOnlyList<string> Allow, bool Offline);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(WorkerConfiguration))]
internal sealed partial class WorkerConfigurationJson : JsonSerializerContext;
