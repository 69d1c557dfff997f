using System.Security.Cryptography;
using Cluster.Transport;
using Cluster.Transport.Frames;
using Cluster.Transport.Handshakes;

namespace Cluster.Tests.Transport;

/// <summary>A node that dials something that is not the peer it means.</summary>
public sealed class DialerHandshakeTests : IAsyncLifetime
{
    private readonly Members _members = new();
    private TestNode _caller = null!;

    public async Task InitializeAsync() => _caller = await TestNode.StartAsync(_members);

    public async Task DisposeAsync() => await _caller.DisposeAsync();

    [Fact]
    public Task A_refusal_is_told_to_the_caller_without_what_could_forge_a_log() => NotSentAsync(
        "refused by the peer: too old?forged line",
        async (raw, _) =>
        {
            await raw.ExpectAsync(FrameKind.Hello);
            await raw.SendAsync(FrameKind.Refused, Reasons.ToBytes("too old\nforged line"));
        });

    [Fact]
    public Task A_version_that_was_not_offered_is_refused() => NotSentAsync(
        "the peer chose protocol version 99",
        async (raw, _) => await ChallengeAsync(raw, 99));

    [Fact]
    public Task A_listener_that_does_not_know_the_member_table_is_refused() => NotSentAsync(
        "the proof of knowing the member table is wrong",
        async (raw, peer) =>
        {
            var (hello, challenge) = await ChallengeAsync(raw, 1);
            await raw.ExpectAsync(FrameKind.Proof);
            var forged = Proof.OfListener(_caller.Self with { Key = new byte[32] }, peer, hello, challenge);
            await raw.SendAsync(FrameKind.Accepted, forged);
        });

    [Fact]
    public Task A_listener_that_sends_the_proof_back_is_refused() => NotSentAsync(
        "the proof of knowing the member table is wrong",
        async (raw, _) =>
        {
            await ChallengeAsync(raw, 1);
            await raw.SendAsync(FrameKind.Accepted, await raw.ExpectAsync(FrameKind.Proof));
        });

    [Fact]
    public Task A_listener_that_wants_no_proof_is_refused() => NotSentAsync(
        "not a node's handshake",
        async (raw, _) =>
        {
            await raw.ExpectAsync(FrameKind.Hello);
            await raw.SendAsync(FrameKind.Accepted, new byte[32]);
        });

    [Fact]
    public Task A_listener_that_is_something_else_is_refused() => NotSentAsync(
        "not a node's handshake",
        async (raw, _) =>
        {
            await raw.ExpectAsync(FrameKind.Hello);
            await raw.SendBytesAsync([.. "HTTP/1.1 400 Bad Request\r\n\r\n"u8]);
        });

    [Fact]
    public Task A_challenge_that_is_cut_off_is_refused() => NotSentAsync(
        "the challenge is too short",
        async (raw, _) =>
        {
            await raw.ExpectAsync(FrameKind.Hello);
            await raw.SendAsync(FrameKind.Challenge, [1, 0]);
        });

    [Fact]
    public Task A_listener_that_closes_within_the_handshake_is_no_connection() => NotSentAsync(
        "ended within the handshake",
        async (raw, _) => await raw.ExpectAsync(FrameKind.Hello));

    [Fact]
    public async Task Without_tls_nothing_is_sent_beyond_the_loopback()
    {
        var far = _members.Add(4100, "192.0.2.1");
        (await _caller.AskAsync(far.NodeId, "x")).Ended(PeerCallStatus.NotSent, "beyond the loopback");
    }

    private static async Task<(byte[] Hello, byte[] Challenge)> ChallengeAsync(RawPeer raw, ushort version)
    {
        var hello = await raw.ExpectAsync(FrameKind.Hello);
        var challenge = new Challenge(version, RandomNumberGenerator.GetBytes(Protocol.NonceBytes), "1.2.3").ToBytes();
        await raw.SendAsync(FrameKind.Challenge, challenge);
        return (hello, challenge);
    }

    private async Task NotSentAsync(string reason, Func<RawPeer, Peer, Task> script)
    {
        var peer = Members.NewPeer();
        await using var listener = new ScriptedListener(raw => script(raw, peer));
        _members.Set(peer with { Port = listener.Port });
        (await _caller.AskAsync(peer.NodeId, "x")).Ended(PeerCallStatus.NotSent, reason);
    }
}
