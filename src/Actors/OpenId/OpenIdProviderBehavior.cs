using System.Collections.Immutable;
using Cluster.Entities;

namespace Actors.OpenId;

/// <param name="Provider">Null while there is none.</param>
/// <param name="Version">Counts changes.</param>
public sealed record OpenIdProviderState(OpenIdProvider? Provider, long Version)
{
    public static OpenIdProviderState Initial { get; } = new(null, 0);
}

/// <summary>The instance's provider: one entity, <see cref="Entity"/>.</summary>
public sealed class OpenIdProviderBehavior : IEntityBehavior<OpenIdProviderState, OpenIdProviderCommand, OpenIdProviderEvent>
{
    public const string InvalidCode = "openid_provider_invalid";
    public const string NotSetCode = "openid_not_set_up";
    public const string VersionMismatchCode = "version_mismatch";

    public static readonly EntityRef Entity = new(EntityTypes.OpenIdProvider, DerivedId.Of("openid-provider"u8));

    public OpenIdProviderState Initial => OpenIdProviderState.Initial;

    public Decision<OpenIdProviderEvent> Decide(OpenIdProviderState state, OpenIdProviderCommand command, in DecisionContext context) => command switch
    {
        OpenIdProviderCommand.SetUp setUp => SetUp(state, setUp, context.Now),
        OpenIdProviderCommand.Remove remove => Remove(state, remove, context.Now),
        OpenIdProviderCommand.Reseal reseal => Reseal(state, reseal.Secret, context.Now),
        _ => throw new ArgumentOutOfRangeException(nameof(command)),
    };

    public OpenIdProviderState Evolve(OpenIdProviderState state, OpenIdProviderEvent @event) => @event switch
    {
        OpenIdProviderEvent.SetUp setUp => new(setUp.Provider, state.Version + 1),
        OpenIdProviderEvent.Removed => new(null, state.Version + 1),
        OpenIdProviderEvent.Resealed resealed => Resealed(state, resealed.Secret),
        _ => throw new ArgumentOutOfRangeException(nameof(@event)),
    };

    public IEnumerable<Effect> React(OpenIdProviderState state, OpenIdProviderEvent @event) => [];

    public IEnumerable<Effect> Resume(OpenIdProviderState state) => [];

    private static Decision<OpenIdProviderEvent> SetUp(OpenIdProviderState state, OpenIdProviderCommand.SetUp command, DateTimeOffset now)
    {
        if (command.ExpectedVersion is { } expected && expected != state.Version) return VersionMismatch(expected, state.Version);
        if (command.Provider.Check() is { IsEmpty: false } faults) return Invalid(faults);
        return Decision<OpenIdProviderEvent>.Persist(
            new OpenIdProviderEvent.SetUp(command.Provider, now), new OpenIdProviderReply.Saved(state.Version + 1));
    }

    private static Decision<OpenIdProviderEvent> Remove(OpenIdProviderState state, OpenIdProviderCommand.Remove command, DateTimeOffset now)
    {
        if (command.ExpectedVersion is { } expected && expected != state.Version) return VersionMismatch(expected, state.Version);
        return state.Provider is null
            ? new Refusal(RefusalKind.NotFound, NotSetCode, "No OpenID provider is set up.")
            : Decision<OpenIdProviderEvent>.Persist(new OpenIdProviderEvent.Removed(now), new OpenIdProviderReply.Saved(state.Version + 1));
    }

    private static Decision<OpenIdProviderEvent> Reseal(OpenIdProviderState state, BlobChange secret, DateTimeOffset now)
    {
        var saved = new OpenIdProviderReply.Saved(state.Version);
        return state.Provider is { } provider && secret.Fits(BlobChanges.Bytes(provider.ClientSecret))
            ? Decision<OpenIdProviderEvent>.Persist(new OpenIdProviderEvent.Resealed(secret, now), saved).Forgetting()
            : Decision<OpenIdProviderEvent>.Answer(saved);
    }

    /// <summary>The version stays: it is the same provider.</summary>
    private static OpenIdProviderState Resealed(OpenIdProviderState state, BlobChange secret) =>
        state with { Provider = state.Provider! with { ClientSecret = ImmutableArray.Create(secret).Replace(state.Provider.ClientSecret) } };

    private static Refusal Invalid(ImmutableArray<FieldFault> faults) =>
        new(RefusalKind.Invalid, InvalidCode, "The provider breaks its rules.", faults);

    private static Refusal VersionMismatch(long expected, long present) =>
        new(RefusalKind.VersionMismatch, VersionMismatchCode, $"Version {expected} was expected, but the present one is {present}.");
}
