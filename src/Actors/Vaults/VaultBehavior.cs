using Cluster.Entities;

namespace Actors.Vaults;

/// <summary>A vault as the engine knows it: the credentials of one owner, encrypted, and who may use them.</summary>
public sealed class VaultBehavior : IEntityBehavior<VaultState, VaultCommand, VaultEvent>
{
    public VaultState Initial => VaultState.Empty;

    public Decision<VaultEvent> Decide(VaultState state, VaultCommand command, in DecisionContext context) =>
        VaultDecider.Decide(state, command, context.Now);

    public VaultState Evolve(VaultState state, VaultEvent @event) => VaultEvolver.Evolve(state, @event);

    /// <summary>Nothing: credentials are fetched for each run, so nobody holds what a change would make stale.</summary>
    public IEnumerable<Effect> React(VaultState state, VaultEvent @event) => [];

    public IEnumerable<Effect> Resume(VaultState state) => [];
}
