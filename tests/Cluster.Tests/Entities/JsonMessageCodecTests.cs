using System.Buffers;
using Cluster.Entities;

namespace Cluster.Tests.Entities;

public sealed class JsonMessageCodecTests
{
    private static readonly CounterMessages Messages = new();

    [Fact]
    public void Commands_of_the_test_kit_come_back()
    {
        CounterCommand[] commands =
        [
            new CounterCommand.Add(1, true),
            new CounterCommand.AddTwice(2),
            new CounterCommand.Read(),
            new CounterCommand.Remind(DateTimeOffset.UnixEpoch, 3),
            new CounterCommand.CancelReminder(),
            new CounterCommand.Forward(new EntityRef("counter", Guid.AllBitsSet), 4),
            new CounterCommand.Note("x"),
            new CounterCommand.Throw(),
            new CounterCommand.Break(),
            new CounterCommand.Forget(),
        ];

        Assert.Equal(typeof(CounterCommand).GetNestedTypes().Length, commands.Length);
        Assert.All(commands, command => Assert.Equal(command, Back(command)));
    }

    [Fact]
    public void A_parameter_with_a_default_value_may_be_absent() =>
        Assert.Equal(new CounterCommand.Add(1), Read("""{"$type":"add","Amount":1,"Later":{"x":[1]}}"""));

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("7")]
    [InlineData("{}")]
    [InlineData("""{"$type":"ad","Amount":1}""")]
    [InlineData("""{"$type":"add"}""")]
    [InlineData("""{"$type":"add","Amount":"1"}""")]
    [InlineData("""{"$type":"note","Text":null}""")]
    [InlineData("""{"$type":"add","Amount":1} """ + "{}")]
    public void What_is_no_command_is_unreadable(string json) =>
        Assert.Throws<UnreadableMessageException>(() => Read(json));

    private static object Back(object command)
    {
        var to = new ArrayBufferWriter<byte>();
        Messages.EncodeCommand(to, command);
        return Messages.DecodeCommand(to.WrittenMemory);
    }

    private static object Read(string json)
    {
        var to = new ArrayBufferWriter<byte>();
        to.WriteText(json);
        return Messages.DecodeCommand(to.WrittenMemory);
    }
}
