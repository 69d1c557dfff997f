using Cluster.Benchmarks;
using Cluster.Benchmarks.Entities;
using Cluster.Benchmarks.Limits;
using Cluster.Benchmarks.Nodes;

return await (args switch
{
    [BenchPeer.Command] => BenchPeer.RunChildAsync(),
    [BenchMember.Command, var database] => BenchMember.RunChildAsync(database),
    [BareEndpoint.Command] => BareEndpoint.RunChildAsync(null),
    [BareEndpoint.Command, var store, var place, var lanes] => BareEndpoint.RunChildAsync(new BarePlace(store, place, int.Parse(lanes))),
    _ => BenchProgram.RunAsync(args),
});
