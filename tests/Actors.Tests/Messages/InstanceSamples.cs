using Actors.Instance;

namespace Actors.Tests.Messages;

/// <summary>Messages of the instance.</summary>
internal static class InstanceSamples
{
    public static MessageSet Set { get; } = new(
        "instance",
        new InstanceMessages(),
        [typeof(InstanceCommand), typeof(InstanceReply)],
        [new InstanceCommand.Change(3, InstanceSettings.Default with { Contact = "the help desk" }), new InstanceCommand.Change(null, InstanceSettings.Default)],
        [new InstanceReply.Saved(4)]);
}
