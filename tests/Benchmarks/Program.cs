using Cluster.Benchmarks;

switch (args)
{
    case ["journal", ..]:
        await JournalBench.RunAsync(TimeSpan.FromSeconds(5));
        break;
    default:
        Console.WriteLine("usage: Benchmarks journal");
        break;
}
