using System.Collections.Immutable;
using Actors.Vaults;
using Api.Access;
using Api.Instance;
using Api.Problems;
using Api.ReadModels;
using Api.Security;
using Cluster.Entities;

namespace Api.Credentials.Transfers;

/// <summary>Takes credentials from one vault to another: TRANSFER.md of <c>Actors/Vaults</c> says why in this order.</summary>
internal sealed class Transfers(
    IEntities entities, VaultChange change, TransferQueries transfers, CredentialQueries credentials, Memberships memberships,
    InstancePolicy policy, TimeProvider time)
{
    /// <summary>From the acceptance on. Later the receiving vault does not take it any more.</summary>
    public static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    /// <param name="emailKey">Of the caller's own address; null if nobody checked it.</param>
    public async Task<(CompletedTransfer? Done, Problem? Problem)> AcceptAsync(
        Guid credentialId, Caller caller, string? emailKey, CancellationToken cancellationToken)
    {
        if (await transfers.FindOfferAsync(credentialId, cancellationToken) is not { } offer) return (null, Problem.Of(ProblemKinds.NotFound));
        var granted = await credentials.ProjectsOfAsync(credentialId, cancellationToken);
        var keep = await AttachableAsync(granted, caller, cancellationToken);
        var move = new MoveRow { CredentialId = credentialId, TransferId = Guid.NewGuid(), FromId = offer.FromId, UserId = caller.UserId };
        var accept = new VaultCommand.AcceptTransfer(credentialId, move.TransferId, caller.UserId, emailKey, keep);
        var until = time.GetUtcNow() + Bound;
        var outcome = await entities.AskAsync(CredentialVaults.Of(move.FromId), accept, cancellationToken);
        if (outcome is not Outcome.Replied { Reply: VaultReply.Fetched { Credential: var frozen } }) return (null, Problem.Of(outcome));

        // Not given up with the request: from here on both vaults have to hear how it ended.
        var dropped = granted.Except(frozen.Projects).ToImmutableArray();
        return await HandOverAsync(move, frozen, dropped, until) is { } problem
            ? (null, problem)
            : (new CompletedTransfer(credentialId, "completed", [.. frozen.Projects], dropped), null);
    }

    /// <summary>Brings a transfer to its end, whichever that is. Safe to do again, and beside another one that does it.</summary>
    /// <returns>Whether the new owner has it; null if it is not known yet.</returns>
    public async Task<bool?> FinishAsync(MoveRow move)
    {
        var (giver, taker) = (CredentialVaults.Of(move.FromId), CredentialVaults.Of(move.UserId));
        var standing = await entities.AskAsync(taker, new VaultCommand.DisownTransfer(move.CredentialId, move.TransferId), CancellationToken.None);
        if (standing is not Outcome.Replied { Reply: VaultReply.Standing { IsReceived: var isReceived } }) return null;
        VaultCommand end = isReceived
            ? new VaultCommand.ReleaseTransfer(move.CredentialId, move.TransferId)
            : new VaultCommand.RevertTransfer(move.CredentialId, move.TransferId);
        if (await entities.AskAsync(giver, end, CancellationToken.None) is not Outcome.Replied) return isReceived ? true : null;
        if (isReceived) await entities.AskAsync(taker, new VaultCommand.SettleTransfer(move.CredentialId, move.TransferId), CancellationToken.None);
        return isReceived;
    }

    /// <returns>Null if the new owner has it.</returns>
    private async Task<Problem?> HandOverAsync(MoveRow move, Credential frozen, ImmutableArray<Guid> dropped, DateTimeOffset until)
    {
        Outcome outcome;
        try
        {
            var theirs = await change.SealForAsync(move.UserId, move.FromId, frozen, CancellationToken.None);
            var receive = new VaultCommand.ReceiveTransfer(move.TransferId, move.FromId, until, theirs, dropped);
            outcome = await entities.AskAsync(CredentialVaults.Of(move.UserId), receive, CancellationToken.None);
        }
        catch
        {
            // A body that does not open, for example: the giving vault goes on as before.
            await FinishAsync(move);
            throw;
        }

        var isReceived = await FinishAsync(move);
        return outcome is Outcome.Replied || isReceived == true ? null : Problem.Of(outcome);
    }

    /// <summary>Where the new owner may let runs use a credential of theirs, whatever the token they speak with may.</summary>
    private async Task<ImmutableArray<Guid>> AttachableAsync(List<Guid> projects, Caller caller, CancellationToken cancellationToken)
    {
        var (rule, person, asked) = (PermissionTable.Of(Permission.AttachCredentials), caller with { Limits = null }, await policy.AccessAsync(cancellationToken));
        var kept = ImmutableArray.CreateBuilder<Guid>();
        foreach (var project in projects)
        {
            var membership = await memberships.ReadAsync(project, caller.UserId, cancellationToken);
            if (AccessDecision.Decide(rule, person, membership, new AccessTarget(project), asked) is null) kept.Add(project);
        }

        return kept.ToImmutable();
    }
}
