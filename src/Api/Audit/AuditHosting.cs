using Actors;
using Actors.Audit;
using Api.ReadModels;
using Cluster.Entities;

namespace Api.Audit;

internal static class AuditHosting
{
    public static IServiceCollection AddAudit(this IServiceCollection services) =>
        services.AddSingleton<AuditKeys>()
            .AddSingleton<AuditRows>()
            .AddSingleton<AuditLog>()
            .AddSingleton<ChainQueries>()
            .AddSingleton<AuditQueries>()
            .AddSingleton<AuditChain>()
            .AddSingleton<AuditVerifier>()
            .AddSingleton<AuditExport>()
            .AddSingleton<AuditStream>()
            .AddSingleton<AuditReading>()
            .AddHostedService<AuditChainLoop>()
            .AddSingleton<RefusalTrail>()
            .AddHostedService(static provider => provider.GetRequiredService<RefusalTrail>())
            .AddHostedService<IntegrityTrail>()
            .AddSingleton<EntityDefinition>(static provider => new EntityDefinition<AuditLogState, AuditLogCommand, AuditLogEvent>(
                EntityTypes.AuditLog,
                new AuditLogBehavior(),
                new AuditLogCodec(),
                new AuditLogProjection(provider.GetRequiredService<AuditRows>()),
                new AuditLogMessages(),
                0))
            .AddSingleton<EntityDefinition>(static _ => new EntityDefinition<ChainState, ChainCommand, ChainEvent>(
                EntityTypes.AuditChain, new ChainBehavior(), new ChainCodec(), new ChainProjection(), new ChainMessages(), 100));
}
