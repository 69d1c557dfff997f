using System.Text.Json.Serialization;
using Api.Security;
using Cluster.Sealing;

namespace Api.Tests;

/// <summary>What others carry for the cluster comes back as it was, or not at all.</summary>
public sealed class TicketSealTests
{
    private const int MaxText = 200;
    private static readonly byte[] s_root = [.. Enumerable.Range(0, DataKey.Bytes).Select(static i => (byte)i)];
    private readonly TicketSeal<TestTicket> _seal = New(s_root, "test ticket"u8);

    [Fact]
    public void Any_node_opens_what_one_sealed_and_no_two_are_alike()
    {
        var ticket = new TestTicket("state", 3);
        Assert.Equal(ticket, New(s_root, "test ticket"u8).Open(_seal.Seal(ticket)));
        Assert.NotEqual(_seal.Seal(ticket), _seal.Seal(ticket));
    }

    [Fact]
    public void Every_changed_character_is_noticed()
    {
        var text = _seal.Seal(new TestTicket("state", 3));
        for (var i = 0; i < text.Length - 1; i++) Assert.Null(_seal.Open(text[..i] + (text[i] == 'A' ? 'B' : 'A') + text[(i + 1)..]));
        for (var i = 0; i < text.Length; i++) Assert.Null(_seal.Open(text[..i]));
    }

    [Fact]
    public void What_is_of_another_purpose_or_cluster_or_too_long_does_not_open()
    {
        var ticket = new TestTicket("state", 3);
        Assert.Null(_seal.Open(New(s_root, "other ticket"u8).Seal(ticket)));
        Assert.Null(_seal.Open(New([.. s_root.Reverse()], "test ticket"u8).Seal(ticket)));
        Assert.Null(_seal.Open(_seal.Seal(new TestTicket(new string('x', MaxText), 3))));
        Assert.Null(_seal.Open(null));
        Assert.Null(_seal.Open("not base64!"));
    }

    private static TicketSeal<TestTicket> New(byte[] root, ReadOnlySpan<byte> purpose) =>
        new(new RootKey(root), purpose, TestTicketJson.Default.TestTicket, MaxText);
}

internal sealed record TestTicket(string State, int Number);

[JsonSerializable(typeof(TestTicket))]
internal sealed partial class TestTicketJson : JsonSerializerContext;
