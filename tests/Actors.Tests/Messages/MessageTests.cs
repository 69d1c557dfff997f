using System.Buffers;
using System.Text;
using Actors.Tests.Support;
using Cluster.Entities;

namespace Actors.Tests.Messages;

public sealed class MessageTests
{
    public static TheoryData<string> Entities => [.. MessageSet.All.Select(set => set.Entity)];

    [Theory]
    [MemberData(nameof(Entities))]
    public void Every_case_and_every_optional_part_has_samples(string entity)
    {
        var walk = new SampleWalk(SetOf(entity));
        Assert.Empty(walk.MissingCases);
        Assert.Empty(walk.MissingOptions);
    }

    [Theory]
    [MemberData(nameof(Entities))]
    public void Messages_come_back_as_they_were(string entity) =>
        Assert.All(SetOf(entity).Messages, message => Readable.Equal(
            [Readable.Of(message.Sample)], [Readable.Of(message.Decode(message.Bytes))], "messages"));

    /// <summary>Nodes of the version before say these texts: a word or a field that is renamed is not understood.</summary>
    [Theory]
    [MemberData(nameof(Entities))]
    public void Words_and_fields_are_those_of_the_golden_texts(string entity) =>
        Readable.Equal(
            File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Messages", $"{entity}.golden.txt")),
            SetOf(entity).Messages.Select(message => message.ToString()),
            $"messages of a {entity}");

    [Theory]
    [MemberData(nameof(Entities))]
    public void A_reply_may_be_nothing(string entity)
    {
        var to = new ArrayBufferWriter<byte>();
        SetOf(entity).Codec.EncodeReply(to, null);
        Assert.Null(SetOf(entity).Codec.DecodeReply(to.WrittenMemory));
    }

    [Theory]
    [MemberData(nameof(Entities))]
    public void What_has_no_known_word_is_unreadable(string entity)
    {
        foreach (var json in (string[])["", "null", "7", "[]", "{}", """{"command":"drop"}""", """{"reply":"drop"}"""])
        {
            var bytes = Message.Frame(Encoding.UTF8.GetBytes(json));
            Assert.Throws<UnreadableMessageException>(() => SetOf(entity).Codec.DecodeCommand(bytes));
            if (json is "null") continue;
            Assert.Throws<UnreadableMessageException>(() => SetOf(entity).Codec.DecodeReply(bytes));
        }
    }

    [Theory]
    [MemberData(nameof(Entities))]
    public void A_part_of_a_message_is_unreadable(string entity)
    {
        foreach (var message in SetOf(entity).Messages)
        {
            for (var length = 0; length < message.Bytes.Length; length++)
            {
                var part = message.Bytes.AsMemory(0, length);
                Assert.Throws<UnreadableMessageException>(() => message.Decode(part));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Entities))]
    public void Damaged_bytes_are_a_message_or_unreadable(string entity)
    {
        var random = new Random(20260101);
        foreach (var message in SetOf(entity).Messages)
        {
            for (var round = 0; round < 200; round++)
            {
                var damaged = message.Bytes.ToArray();
                for (var flips = random.Next(1, 4); flips > 0; flips--)
                {
                    damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
                }

                DecodeOrRefuse(message, damaged);
            }
        }
    }

    /// <summary>The same with frames that are whole, so that the damage reaches the JSON.</summary>
    [Theory]
    [MemberData(nameof(Entities))]
    public void Damaged_JSON_is_a_message_or_unreadable(string entity)
    {
        var random = new Random(20260102);
        byte[] characters = [.. "{}[]\",:0123456789-.enulltrfas "u8];
        foreach (var message in SetOf(entity).Messages)
        {
            var json = message.Bytes.AsSpan(sizeof(int), BitConverter.ToInt32(message.Bytes)).ToArray();
            for (var round = 0; round < 200; round++)
            {
                var damaged = json.ToList();
                var at = random.Next(damaged.Count);
                damaged.RemoveRange(at, random.Next(2) == 0 ? 0 : random.Next(damaged.Count - at));
                damaged.Insert(at, characters[random.Next(characters.Length)]);
                DecodeOrRefuse(message, Message.Frame([.. damaged], [1], [2]));
            }
        }
    }

    private static void DecodeOrRefuse(Message message, byte[] bytes)
    {
        try
        {
            message.Decode(bytes);
        }
        catch (UnreadableMessageException)
        {
        }
    }

    private static MessageSet SetOf(string entity) => MessageSet.All.Single(set => set.Entity == entity);
}
