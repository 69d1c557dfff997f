using Cluster.Entities;

namespace Actors.Vaults;

/// <summary>A vault as the engine knows it: the credentials of one owner, encrypted, and who may use them.</summary>
public sealed class VaultBehavior : IEntityBehavior<VaultState, VaultCommand, VaultEvent>
{
    public VaultState Initial => VaultState.Empty;

    public Decision<VaultEvent> Decide(VaultState state, VaultCommand command, in DecisionContext context) =>
        VaultDecider.Decide(state, command, context.Entity.Id, context.Now);

    public VaultState Evolve(VaultState state, VaultEvent @event) => VaultEvolver.Evolve(state, @event);

    /// <summary>Only a transfer has effects: credentials are fetched for each run, so nobody holds what a change would make stale.</summary>
    public IEnumerable<Effect> React(VaultState state, VaultEvent @event) => @event switch
    {
        VaultEvent.TransferReceived received => [Release(received.Credential.Id, new Arrival(received.TransferId, received.FromId))],
        VaultEvent.TransferReleased released =>
            [new Effect.Tell(new EntityRef(EntityTypes.Vault, released.UserId), new VaultCommand.SettleTransfer(released.CredentialId, released.TransferId))],
        _ => [],
    };

    public IEnumerable<Effect> Resume(VaultState state) => state.Arrivals?.Select(static one => Release(one.Key, one.Value)) ?? [];

    private static Effect Release(Guid credentialId, Arrival arrival) =>
        new Effect.Tell(new EntityRef(EntityTypes.Vault, arrival.FromId), new VaultCommand.ReleaseTransfer(credentialId, arrival.TransferId));
}
