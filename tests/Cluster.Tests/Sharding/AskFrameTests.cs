using System.Buffers;
using Cluster.Entities;
using Cluster.Sharding;
using Cluster.Tests.Entities;
using FsCheck;
using FsCheck.Fluent;

namespace Cluster.Tests.Sharding;

public sealed class AskFrameTests
{
    private static readonly CounterMessages s_messages = new();

    [Theory]
    [InlineData(false, null)]
    [InlineData(true, null)]
    [InlineData(false, "")]
    [InlineData(true, "user:é")]
    public void An_ask_is_read_as_it_was_written(bool isNew, string? origin)
    {
        var ask = new RoutedAsk(new EntityRef("counter", Guid.NewGuid()), new CounterCommand.Add(42), isNew) { Origin = origin };
        var (read, messages) = AskFrame.Read(Write(ask), type => type == "counter" ? s_messages : null);
        Assert.Equal(ask, read);
        Assert.Same(s_messages, messages);
    }

    [Fact]
    public void An_ask_for_an_unknown_type_is_unreadable() => Assert.Throws<UnreadableMessageException>(
        () => AskFrame.Read(Write(new RoutedAsk(EngineKit.NewCounter(), new CounterCommand.Read(), false)), _ => null));

    [Theory]
    [InlineData(null)]
    [InlineData("somebody")]
    public void Every_prefix_of_an_ask_is_unreadable(string? origin)
    {
        var frame = Write(new RoutedAsk(EngineKit.NewCounter(), new CounterCommand.Add(1), false) { Origin = origin });
        for (var length = 0; length < frame.Length; length++)
        {
            Assert.Throws<UnreadableMessageException>(() => AskFrame.Read(frame[..length], _ => s_messages));
        }
    }

    [Fact]
    public void Any_bytes_are_an_ask_or_unreadable() => Prop.ForAll<byte[]>(bytes =>
    {
        try
        {
            AskFrame.Read(bytes ?? [], _ => s_messages);
        }
        catch (UnreadableMessageException)
        {
        }
    }).QuickCheckThrowOnFailure();

    private static ReadOnlyMemory<byte> Write(RoutedAsk ask)
    {
        var to = new ArrayBufferWriter<byte>();
        AskFrame.Write(to, ask, s_messages);
        return to.WrittenMemory;
    }
}
