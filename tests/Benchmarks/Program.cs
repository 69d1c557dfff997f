using Cluster.Benchmarks;
using Cluster.Benchmarks.Entities;
using Cluster.Benchmarks.Nodes;

return await (args switch
{
    [BenchPeer.Command] => BenchPeer.RunChildAsync(),
    [BenchMember.Command, var database] => BenchMember.RunChildAsync(database),
    _ => BenchProgram.RunAsync(args),
});
