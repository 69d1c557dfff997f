using Api.Hosting;
using Api.Security;
using Api.Workers;
using Cluster.Sharding;

try
{
    CoreDumps.Forbid();
    var builder = WebApplication.CreateBuilder(args);
    var settings = builder.ReadSettings();
    if (KeyCommands.Handles(args)) return KeyCommands.Run(args, settings, Console.Out);

    await using var store = await NodeStore.OpenAsync(settings, CancellationToken.None);
    builder.AddEngine(store, settings).AddApi(settings).AddWorkers();

    var app = builder.Build();
    CoreDumps.Warn(app.Logger);
    app.UseApi();
    app.MapGuarded().MapApi();
    app.CheckRoutes();
    var state = app.Services.GetRequiredService<ClusterState>();
    await app.RunAsync();
    return await ExitCodes.OfAsync(state);
}
catch (Exception fault) when (StartFaults.IsForOperators(fault))
{
    await Console.Error.WriteLineAsync(fault.Message);
    return ExitCodes.Refused;
}
