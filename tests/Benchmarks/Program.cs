using Cluster.Benchmarks;
using Cluster.Benchmarks.Nodes;

return await (args is [BenchPeer.Command] ? BenchPeer.RunChildAsync() : BenchProgram.RunAsync(args));
