using System.Runtime.InteropServices;

namespace Api.Hosting;

/// <summary>
/// Gives back what a node that has become idle does not need: garbage that the collector had no reason to collect yet, most of it of the start
/// or of a load, and what the C library keeps of freed memory. Only while little is allocated, of a small heap, and once per idle time and for
/// each <see cref="Worth"/> of garbage after that, so that no request meets a pause that is longer than a few tens of milliseconds.
/// </summary>
internal sealed class IdleMemory(TimeProvider time) : BackgroundService
{
    private const long Quiet = 1 << 20;
    private const long Worth = 2 << 20;
    private const long MostHeap = 96 << 20;
    private static readonly TimeSpan s_every = TimeSpan.FromSeconds(5);

    private long _allocated;
    private long _given;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(s_every, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var allocated = GC.GetTotalAllocatedBytes();
            var isQuiet = allocated - _allocated < Quiet;
            _allocated = allocated;
            if (isQuiet && allocated - _given >= Worth && GC.GetTotalMemory(forceFullCollection: false) < MostHeap) GiveBack(allocated);
        }
    }

    private void GiveBack(long allocated)
    {
        _given = allocated;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        if (!OperatingSystem.IsLinux()) return;
        try
        {
            _ = Trim(0);
        }
        catch (EntryPointNotFoundException)
        {
            // Not glibc: this C library keeps less.
        }
    }

    [DllImport("libc", EntryPoint = "malloc_trim")]
    private static extern int Trim(nuint keep);
}
