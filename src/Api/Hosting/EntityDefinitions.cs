using Actors;
using Actors.Accounts;
using Actors.Erasures;
using Actors.Instance;
using Actors.OpenId;
using Actors.Operations;
using Actors.Projects;
using Actors.Runs;
using Actors.Submissions;
using Actors.Users;
using Actors.Vaults;
using Api.Audit;
using Api.ReadModels.Projections;
using Api.Unstored;
using Cluster.Entities;
using Cluster.Sealing;

namespace Api.Hosting;

/// <summary>The entities that the node runs.</summary>
internal static class EntityDefinitions
{
    /// <summary>Projects and vaults hold much and change seldom; a run's history is short.</summary>
    private const int SnapshotEvery = 100;

    public static IServiceCollection AddEntities(this IServiceCollection services, RunSettings runs)
    {
        services.AddSingleton<EntityDefinition>(static provider => new EntityDefinition<ProjectState, ProjectCommand, ProjectEvent>(
            EntityTypes.Project,
            new ProjectBehavior(),
            new ProjectCodec(),
            new ProjectProjection(),
            new ProjectMessages(),
            SnapshotEvery)
        {
            Trail = new ProjectTrail(provider.GetRequiredService<AuditRows>()),

            // What a deleted project leaves has to be read when its own key is no more.
            Owner = static (self, project) => project.Status == ProjectStatus.Deleted ? KeyOwners.Instance : self.Id,
        });
        services.AddSingleton<EntityDefinition>(provider => new EntityDefinition<RunState, RunCommand, RunEvent>(
            EntityTypes.Run,
            new UnstoredRuns(new RunBehavior(runs), provider.GetRequiredService<HeldBodies>()),
            new RunCodec(),
            new RunProjection(provider.GetRequiredService<BodyHashes>()),
            new RunMessages(),
            0)
        {
            Trail = new RunTrail(provider.GetRequiredService<AuditRows>()),
            Owner = static (_, run) => run.Plan!.ProjectId,
        });
        services.AddSingleton<EntityDefinition>(new EntityDefinition<SubmissionState, SubmissionCommand, SubmissionEvent>(
            EntityTypes.Submission, new SubmissionBehavior(), new SubmissionCodec(), new NoRows<SubmissionState, SubmissionEvent>(), new SubmissionMessages(), 0));
        services.AddSingleton<EntityDefinition>(static provider => new EntityDefinition<VaultState, VaultCommand, VaultEvent>(
            EntityTypes.Vault,
            new VaultBehavior(),
            new VaultCodec(),
            new VaultProjection(),
            new VaultMessages(),
            SnapshotEvery)
        {
            Trail = new VaultTrail(provider.GetRequiredService<AuditRows>()),
            Owner = static (self, vault) => vault.IsErased ? KeyOwners.Instance : self.Id,
        });
        services.AddSingleton<EntityDefinition>(static provider => new EntityDefinition<OperationState, OperationCommand, OperationEvent>(
            EntityTypes.BulkOperation,
            new OperationBehavior(),
            new OperationCodec(),
            new OperationProjection(),
            new OperationMessages(),
            SnapshotEvery)
        {
            Trail = new OperationTrail(provider.GetRequiredService<AuditRows>()),
            Owner = static (_, operation) => operation.Plan!.ProjectId,
        });
        services.AddSingleton<EntityDefinition>(static provider => new EntityDefinition<ErasureState, ErasureCommand, ErasureEvent>(
            EntityTypes.Erasure, new ErasureBehavior(), new ErasureCodec(), new ErasureProjection(), new ErasureMessages(), SnapshotEvery)
        {
            Trail = new ErasureTrail(provider.GetRequiredService<AuditRows>()),
            Owner = static (_, erasure) => erasure.ProjectId,
        });
        services.AddSingleton<EntityDefinition>(static provider => new EntityDefinition<InstanceState, InstanceCommand, InstanceEvent>(
            EntityTypes.Instance, new InstanceBehavior(), new InstanceCodec(), new InstanceProjection(), new InstanceMessages(), SnapshotEvery)
        {
            Trail = new InstanceTrail(provider.GetRequiredService<AuditRows>()),
        });
        services.AddSingleton<EntityDefinition>(static provider => new EntityDefinition<OpenIdProviderState, OpenIdProviderCommand, OpenIdProviderEvent>(
            EntityTypes.OpenIdProvider, new OpenIdProviderBehavior(), new OpenIdProviderCodec(), new OpenIdProviderProjection(), new OpenIdProviderMessages(), SnapshotEvery)
        {
            Trail = new OpenIdProviderTrail(provider.GetRequiredService<AuditRows>()),
        });
        services.AddSingleton<EntityDefinition>(static provider => new EntityDefinition<OpenIdLinkState, OpenIdLinkCommand, OpenIdLinkEvent>(
            EntityTypes.OpenIdLink, new OpenIdLinkBehavior(), new OpenIdLinkCodec(), new OpenIdLinkProjection(), new OpenIdLinkMessages(), 0)
        {
            Trail = new OpenIdLinkTrail(provider.GetRequiredService<AuditRows>()),
        });
        return services;
    }

    /// <param name="maxUsers">Most accounts.</param>
    public static IServiceCollection AddAccountEntities(this IServiceCollection services, int maxUsers)
    {
        services.AddSingleton<EntityDefinition>(provider => new EntityDefinition<AccountsState, AccountsCommand, AccountsEvent>(
            EntityTypes.Accounts,
            new AccountsBehavior(maxUsers),
            new AccountsCodec(),
            new AccountsProjection(),
            new AccountsMessages(),
            SnapshotEvery)
        {
            Trail = new AccountsTrail(provider.GetRequiredService<AuditRows>()),
        });
        services.AddSingleton<EntityDefinition>(static provider => new EntityDefinition<UserState, UserCommand, UserEvent>(
            EntityTypes.User, new UserBehavior(), new UserCodec(), new UserProjection(), new UserMessages(), SnapshotEvery)
        {
            Trail = new UserTrail(provider.GetRequiredService<AuditRows>()),

            // That they were erased has to be read when their own key is no more.
            Owner = static (self, user) => user.IsErased ? KeyOwners.Instance : self.Id,
        });
        return services;
    }
}
