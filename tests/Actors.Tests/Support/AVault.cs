using Actors.Vaults;
using Cluster.Entities;
using static Actors.Tests.Support.Sample;

namespace Actors.Tests.Support;

internal static class AVault
{
    public static readonly Guid Dhis = Id(70);
    public static readonly Guid Other = Id(71);
    public static readonly Guid Project = Id(72);
    public static readonly DateTimeOffset Now = At(1000);
    public static readonly SealedBody Body = new(new byte[] { 1, 2, 3, 250 });

    public static Scenario<VaultState, VaultCommand, VaultEvent> Given(params IEnumerable<VaultEvent> events) =>
        new Scenario<VaultState, VaultCommand, VaultEvent>(
            new VaultBehavior(), new VaultCodec(), new EntityRef(EntityTypes.Vault, Id(69)), Now).Given(events);

    public static VaultEvent Created(Guid id, string name = "dhis2") =>
        new VaultEvent.Created(id, name, "dhis2", ["password", "username"], Body, At(0));

    public static VaultEvent Granted(Guid id, Guid project) => new VaultEvent.Granted(id, project, At(1));
}
