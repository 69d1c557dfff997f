using Api.Hosting;

try
{
    CoreDumps.Forbid();
    var builder = NodeHosting.CreateBuilder(args);
    var settings = builder.ReadSettings();
    return KeyCommands.Handles(args)
        ? await KeyCommands.RunAsync(args, settings, builder.Configuration["second-file"], Console.Out)
        : await NodeLife.RunAsync(args, settings);
}
catch (Exception fault) when (StartFaults.IsForOperators(fault))
{
    await Console.Error.WriteLineAsync(fault.Message);
    return ExitCodes.Refused;
}
