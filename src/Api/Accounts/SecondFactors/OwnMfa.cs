using Actors.Users;
using Api.Accounts.Throttling;
using Api.Problems;
using Api.Security;
using Cluster.Entities;

namespace Api.Accounts.SecondFactors;

/// <summary>Sets a user's own second factor up, and removes it. Every code that is shown is an attempt that the throttle counts.</summary>
internal sealed class OwnMfa(Users users, People people, MfaSecrets secrets, Throttle throttle, TimeProvider time)
{
    private const string Issuer = "Cluster";

    public async Task<(MfaOfferView? View, Problem? Problem)> OfferAsync(HttpContext context)
    {
        var (present, problem) = await LookAsync(context);
        if (present is null) return (null, problem);

        var userId = context.Caller().UserId;
        var (secret, blob) = await secrets.NewSecretAsync(userId, context.RequestAborted);
        var outcome = await users.AskAsync(userId, new UserCommand.OfferMfa(blob), context.RequestAborted);
        if (outcome is not Outcome.Replied) return (null, Problem.Of(outcome));

        var text = Base32.Encode(secret);
        var email = (await people.OpenAsync(userId, present.Person.Blob, context.RequestAborted)).Email;
        var uri = $"otpauth://totp/{Issuer}:{Uri.EscapeDataString(email)}?secret={text}&issuer={Issuer}"
            + $"&algorithm=SHA1&digits={Totp.Digits}&period={Totp.StepSeconds}";
        return (new MfaOfferView(uri, text), null);
    }

    public async Task<(RecoveryCodesView? View, Problem? Problem)> ConfirmAsync(HttpContext context, string? code)
    {
        var (present, problem) = await LookAsync(context);
        if (present is null) return (null, problem);
        if (present.MfaOffer is not { } offer) return (null, Problem.Of(ProblemKinds.MfaNotOffered));

        var caller = context.Caller();
        var attempt = throttle.OfUser(context, caller.UserId);
        if (await throttle.EnterAsync(context, attempt) is { } throttled) return (null, throttled);
        if (await secrets.FindStepAsync(caller.UserId, offer.Secret, code ?? "", time.GetUtcNow(), context.RequestAborted) is not { } step)
            return (null, Problem.Of(ProblemKinds.WrongMfaCode));

        var (codes, hashes) = secrets.NewRecoveryCodes(caller.UserId);
        var confirm = new UserCommand.ConfirmMfa(offer.Secret, step, hashes, caller.TokenId);
        return await DoneAsync(context, attempt, confirm) is { } refused ? (null, refused) : (new RecoveryCodesView(codes), null);
    }

    public async Task<Problem?> RemoveAsync(HttpContext context, string? code)
    {
        var (factor, attempt, problem) = await CheckAsync(context, code);
        return factor is null
            ? problem
            : await DoneAsync(context, attempt!, new UserCommand.RemoveMfa(factor, context.Caller().TokenId));
    }

    public async Task<(RecoveryCodesView? View, Problem? Problem)> RegenerateAsync(HttpContext context, string? code)
    {
        var (factor, attempt, problem) = await CheckAsync(context, code);
        if (factor is null) return (null, problem);

        var (codes, hashes) = secrets.NewRecoveryCodes(context.Caller().UserId);
        var refused = await DoneAsync(context, attempt!, new UserCommand.SetRecoveryCodes(factor, hashes));
        return refused is null ? (new RecoveryCodesView(codes), null) : (null, refused);
    }

    private async Task<(SecondFactor? Factor, Attempt? Attempt, Problem? Problem)> CheckAsync(HttpContext context, string? code)
    {
        var (present, problem) = await LookAsync(context);
        if (present is null) return (null, null, problem);
        if (present.Mfa is not { } mfa) return (null, null, Problem.Of(ProblemKinds.MfaNotSetUp));

        var userId = context.Caller().UserId;
        var attempt = throttle.OfUser(context, userId);
        if (await throttle.EnterAsync(context, attempt) is { } throttled) return (null, null, throttled);
        return await secrets.CheckAsync(userId, mfa, code ?? "", time.GetUtcNow(), context.RequestAborted) is { } factor
            ? (factor, attempt, null)
            : (null, null, Problem.Of(ProblemKinds.WrongMfaCode));
    }

    /// <returns>Null if it is done.</returns>
    private async Task<Problem?> DoneAsync(HttpContext context, Attempt attempt, UserCommand command)
    {
        var outcome = await users.AskAsync(context.Caller().UserId, command, context.RequestAborted);
        if (outcome is Outcome.Refused { Refusal.Code: UserRefusals.CodeUsedCode }) return Problem.Of(ProblemKinds.WrongMfaCode);
        if (outcome is not Outcome.Replied) return Problem.Of(outcome);
        await throttle.SucceedAsync(context, attempt);
        return null;
    }

    private async Task<(UserReply.Present? Present, Problem? Problem)> LookAsync(HttpContext context)
    {
        var caller = context.Caller();
        if (caller.Kind != CallerKind.Session) return (null, Problem.Of(ProblemKinds.SessionRequired));
        var looked = await users.AskAsync(caller.UserId, new UserCommand.Look(), context.RequestAborted);
        return looked is Outcome.Replied { Reply: UserReply.Present present } ? (present, null) : (null, Problem.Of(looked));
    }
}
