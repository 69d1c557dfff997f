using Cluster.Benchmarks;

return await BenchProgram.RunAsync(args);
