using Api.Hosting;
using Api.Security;
using Api.Workers;
using Cluster.Sharding;

try
{
    var builder = WebApplication.CreateBuilder(args);
    var settings = builder.ReadSettings();

    await using var store = await NodeStore.OpenAsync(settings, CancellationToken.None);
    builder.AddEngine(store, settings).AddApi(settings).AddWorkers();

    var app = builder.Build();
    app.UseApi();
    app.MapGuarded().MapApi();
    app.CheckRoutes();
    var member = app.Services.GetService<ClusterMember>();
    await app.RunAsync();
    return member is { WasDeclaredDown: true } ? 1 : 0;
}
catch (Exception fault) when (StartFaults.IsForOperators(fault))
{
    await Console.Error.WriteLineAsync(fault.Message);
    return 1;
}
