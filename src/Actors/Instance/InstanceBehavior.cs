using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Cluster.Entities;

namespace Actors.Instance;

/// <summary>What the instance can be told. The words are part of the messages between nodes.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "command")]
[JsonDerivedType(typeof(Change), "change")]
public abstract record InstanceCommand
{
    private InstanceCommand()
    {
    }

    /// <param name="ExpectedVersion">The <see cref="InstanceState.Version"/> the caller saw; null to overwrite.</param>
    public sealed record Change(long? ExpectedVersion, InstanceSettings Settings) : InstanceCommand;
}

/// <summary>Replies of the instance. The words are part of the messages between nodes.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "reply")]
[JsonDerivedType(typeof(Saved), "saved")]
public abstract record InstanceReply
{
    private InstanceReply()
    {
    }

    public sealed record Saved(long Version) : InstanceReply;
}

/// <summary>Facts of the instance. A public contract: see <see cref="InstanceCodec"/> for the manifests.</summary>
public abstract record InstanceEvent
{
    private InstanceEvent()
    {
    }

    /// <param name="Before">What held until now; for the audit trail.</param>
    public sealed record SettingsChanged(InstanceSettings Settings, InstanceSettings Before, DateTimeOffset At) : InstanceEvent;
}

/// <param name="Version">Counts changes; 0 while everything is as it came.</param>
public sealed record InstanceState(InstanceSettings Settings, long Version)
{
    public static InstanceState Initial { get; } = new(InstanceSettings.Default, 0);
}

/// <summary>The settings of the whole instance: one entity, <see cref="Entity"/>.</summary>
public sealed class InstanceBehavior : IEntityBehavior<InstanceState, InstanceCommand, InstanceEvent>
{
    public const string InvalidCode = "settings_invalid";
    public const string VersionMismatchCode = "version_mismatch";

    public static readonly EntityRef Entity = new(EntityTypes.Instance, DerivedId.Of("instance"u8));

    public InstanceState Initial => InstanceState.Initial;

    public Decision<InstanceEvent> Decide(InstanceState state, InstanceCommand command, in DecisionContext context)
    {
        var change = (InstanceCommand.Change)command;
        if (change.ExpectedVersion is { } expected && expected != state.Version) return VersionMismatch(expected, state.Version);
        if (change.Settings.Check() is { IsEmpty: false } faults) return Invalid(faults);
        if (change.Settings == state.Settings) return Decision<InstanceEvent>.Answer(new InstanceReply.Saved(state.Version));

        return Decision<InstanceEvent>.Persist(
            new InstanceEvent.SettingsChanged(change.Settings, state.Settings, context.Now), new InstanceReply.Saved(state.Version + 1));
    }

    public InstanceState Evolve(InstanceState state, InstanceEvent @event) =>
        new(((InstanceEvent.SettingsChanged)@event).Settings, state.Version + 1);

    public IEnumerable<Effect> React(InstanceState state, InstanceEvent @event) => [];

    public IEnumerable<Effect> Resume(InstanceState state) => [];

    private static Refusal Invalid(ImmutableArray<FieldFault> faults) =>
        new(RefusalKind.Invalid, InvalidCode, "The settings break their rules.", faults);

    private static Refusal VersionMismatch(long expected, long present) =>
        new(RefusalKind.VersionMismatch, VersionMismatchCode, $"Version {expected} was expected, but the present one is {present}.");
}
