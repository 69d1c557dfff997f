using Api.Operations;
using Api.Runs;

namespace Api.History;

/// <summary>Registers what reads the history and what repeats or ends parts of it.</summary>
internal static class HistoryHosting
{
    public static IServiceCollection AddHistory(this IServiceCollection services) =>
        services.AddSingleton<HistoryScan>()
            .AddSingleton<HistoryLists>()
            .AddSingleton<RunRetries>()
            .AddSingleton<RunCancels>()
            .AddSingleton<OperationPages>()
            .AddSingleton<OperationItems>()
            .AddSingleton<OperationExecutor>()
            .AddHostedService<OperationLoop>();
}
