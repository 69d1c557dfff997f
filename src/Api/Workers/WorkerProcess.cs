using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using Api.Dispatch;

namespace Api.Workers;

/// <summary>Where the node's own worker connects to, and with what.</summary>
internal sealed record WorkerConnection(string Url, string Secret);

/// <summary>
/// Starts the node's worker process, feeds it its configuration through stdin (a secret has no place in arguments or
/// environment), and starts another when it dies: after one second, then doubling up to thirty.
/// </summary>
internal sealed class WorkerProcess(
    WorkerSettings settings, Func<WorkerConnection> connection, TimeProvider time, ILogger<WorkerProcess> logger)
    : BackgroundService
{
    private const int SigTerm = 15;
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Healthy = TimeSpan.FromMinutes(1);

    /// <summary>Of the process that runs now; null between two.</summary>
    public int? ProcessId { get; private set; }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var wait = FirstWait;
        while (settings.Enabled && !stoppingToken.IsCancellationRequested)
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
        var start = new ProcessStartInfo(settings.Node)
        {
            RedirectStandardInput = true,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
            WorkingDirectory = Path.GetDirectoryName(settings.Script)!,
        };
        start.ArgumentList.Add(settings.Script);

        // The worker needs npm's and the shell's basics to install adaptors, and nothing else of the node's environment.
        var path = Environment.GetEnvironmentVariable("PATH");
        var home = Environment.GetEnvironmentVariable("HOME");
        start.Environment.Clear();
        start.Environment["PATH"] = path;
        start.Environment["HOME"] = home;
        return Process.Start(start) ?? throw new InvalidOperationException("No process was started.");
    }

    private string Configuration()
    {
        var target = connection();
        return JsonSerializer.Serialize(
            new WorkerConfiguration(
                target.Url,
                target.Secret,
                Environment.MachineName,
                settings.Capacity > 0 ? settings.Capacity : Environment.ProcessorCount,
                settings.RepoDir,
                settings.MemoryLimitMb,
                settings.RunTimeoutMs,
                settings.PayloadLimitMb,
                (int)settings.DrainTimeout.TotalMilliseconds,
                new WorkerAdaptors(settings.AllowedAdaptors, settings.Offline),
                settings.Preload),
            WorkerConfigurationJson.Default.WorkerConfiguration);
    }

    /// <summary>SIGTERM lets runs in flight finish; what is still there after the drain time is killed.</summary>
    private async Task StopAsync(Process process)
    {
        if (process.HasExited)
        {
            return;
        }

        _ = Kill(process.Id, SigTerm);
        using var limit = new CancellationTokenSource(settings.DrainTimeout + TimeSpan.FromSeconds(2), time);
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
    IReadOnlyList<string> Preload);

internal sealed record WorkerAdaptors(IReadOnlyList<string> Allow, bool Offline);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(WorkerConfiguration))]
internal sealed partial class WorkerConfigurationJson : JsonSerializerContext;
