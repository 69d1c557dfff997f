using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Actors;
using Api.Audit;
using Api.Nodes;
using Api.Problems;
using Cluster.Sealing;

namespace Api.Accounts.Throttling;

/// <summary>
/// Slows down who guesses passwords, codes and links, for the whole cluster: see <c>README.md</c> in this folder. Asked before anything
/// is hashed.
/// </summary>
internal sealed class Throttle
{
    /// <summary>Longest wait for the node that counts; then this one does.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);

    private const int TagBytes = 16;

    private readonly AttemptCounts _counts;
    private readonly Neighbours _neighbours;
    private readonly byte[] _key;

    public Throttle(AttemptCounts counts, Neighbours neighbours, RootKey root)
    {
        (_counts, _neighbours) = (counts, neighbours);
        _key = root.Derive("sign-in address"u8);
    }

    /// <summary>The attempt of a request.</summary>
    /// <param name="account">Stands for what is tried, whether it exists or not; null for what belongs to no account.</param>
    /// <param name="known">Keys of networks that count as known.</param>
    public Attempt Of(HttpContext context, string? account, IEnumerable<string> known)
    {
        var address = AddressKey(context, null);
        var isKnown = account is not null && known.Contains(AddressKey(context, account), StringComparer.Ordinal);
        return new Attempt(account is null ? null : Tag("account", Encoding.UTF8.GetBytes(account)), address, isKnown);
    }

    /// <summary>The attempt of a signed-in user to show a password or code once more. It has counts of its own, by user and network alone.</summary>
    public Attempt OfUser(HttpContext context, Guid userId)
    {
        var account = $"user {userId}";
        return Of(context, account, [AddressKey(context, account)]);
    }

    /// <summary>Key of the network that a request comes from: /32, or /64 of IPv6, which is one place.</summary>
    /// <param name="account">Keys of different accounts have nothing in common; null for all accounts.</param>
    public string AddressKey(HttpContext context, string? account) =>
        Tag($"address {account}", Network(context.Connection.RemoteIpAddress));

    /// <returns>Null if the attempt may be made: it counts as failed until <see cref="SucceedAsync"/>.</returns>
    public async ValueTask<Problem?> EnterAsync(HttpContext context, Attempt attempt)
    {
        // A known network is nobody else's business: what others do from there does not slow its user down.
        var wait = attempt.IsKnown ? 0 : await AskAsync(new AttemptQuestion(attempt, AttemptStep.Enter, OfAddress: true), context.RequestAborted);
        if (wait == 0) wait = await AskAsync(new AttemptQuestion(attempt, AttemptStep.Enter, OfAddress: false), context.RequestAborted);
        if (wait == 0) return null;

        context.NoteRefusal(ProblemKinds.TooManyAttempts.Code);
        return Problem.RetryAfter(ProblemKinds.TooManyAttempts, TimeSpan.FromMilliseconds(wait));
    }

    public async ValueTask SucceedAsync(HttpContext context, Attempt attempt)
    {
        if (!attempt.IsKnown) await AskAsync(new AttemptQuestion(attempt, AttemptStep.Succeed, OfAddress: true), context.RequestAborted);
        await AskAsync(new AttemptQuestion(attempt, AttemptStep.Succeed, OfAddress: false), context.RequestAborted);
    }

    private async ValueTask<long> AskAsync(AttemptQuestion question, CancellationToken cancellationToken)
    {
        var key = question.OfAddress ? question.Attempt.Address : question.Attempt.Account;
        if (key is null) return 0;

        var owner = _neighbours.OwnerOf(DerivedId.Of(Encoding.ASCII.GetBytes(key)));
        var answer = owner is { } node && node != _neighbours.Self
            ? await _neighbours.AskAsync(node, NodeServices.CountAttempt, question, s_patience, cancellationToken)
            : null;
        return (answer ?? _counts.Answer(question)).WaitMs;
    }

    private static byte[] Network(IPAddress? address)
    {
        if (address is null) return [];
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        var bytes = address.GetAddressBytes();
        return address.AddressFamily == AddressFamily.InterNetworkV6 ? bytes[..8] : bytes;
    }

    private string Tag(string what, byte[] content)
    {
        byte[] source = [.. Encoding.UTF8.GetBytes(what), 0, .. content];
        return Convert.ToHexStringLower(HMACSHA256.HashData(_key, source).AsSpan(0, TagBytes));
    }
}
