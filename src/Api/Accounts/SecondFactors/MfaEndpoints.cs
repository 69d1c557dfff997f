using Actors.Users;
using Api.Documentation;
using Api.Problems;
using Cluster.Entities;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Api.Accounts.SecondFactors;

/// <summary>A user's own second factor (S0-31). By a session only.</summary>
internal static class MfaEndpoints
{
    private const string Mfa = "/v1/users/me/mfa";

    public static void MapMfa(this IEndpointRouteBuilder routes)
    {
        routes.MapPost(Mfa, OfferAsync).WithTags("Accounts").WithName("beginMfa")
            .WithSummary("Begin to set up a second factor: the secret for an authenticator app, shown once")
            .WithCommandProblems().WithProblems(ProblemKinds.SessionRequired, ProblemKinds.NotFound)
            .WithRefusals(RefusalKind.Conflict, UserRefusals.MfaSetUpCode);
        routes.MapPost(Mfa + ":confirm", ConfirmAsync).WithTags("Accounts").WithName("confirmMfa").WithSmallBody()
            .WithSummary("Set the second factor up with a code of the app; all other sessions end")
            .WithBodyProblems().WithCommandProblems()
            .WithProblems(ProblemKinds.SessionRequired, ProblemKinds.WrongMfaCode, ProblemKinds.TooManyAttempts)
            .WithRefusals(RefusalKind.Conflict, UserRefusals.MfaSetUpCode, UserRefusals.MfaNotOfferedCode);
        routes.MapDelete(Mfa, RemoveAsync).WithTags("Accounts").WithName("removeMfa").WithSmallBody()
            .WithSummary("Remove the second factor with a code of it; all other sessions end")
            .WithBodyProblems().WithCommandProblems()
            .WithProblems(ProblemKinds.SessionRequired, ProblemKinds.WrongMfaCode, ProblemKinds.TooManyAttempts)
            .WithRefusals(RefusalKind.Conflict, UserRefusals.MfaNotSetUpCode);
        routes.MapPost(Mfa + ":regenerate-codes", RegenerateAsync).WithTags("Accounts").WithName("regenerateRecoveryCodes").WithSmallBody()
            .WithSummary("Make new recovery codes in place of all earlier ones")
            .WithBodyProblems().WithCommandProblems()
            .WithProblems(ProblemKinds.SessionRequired, ProblemKinds.WrongMfaCode, ProblemKinds.TooManyAttempts)
            .WithRefusals(RefusalKind.Conflict, UserRefusals.MfaNotSetUpCode);
    }

    private static async Task<Results<Ok<MfaOfferView>, Problem>> OfferAsync(HttpContext context, OwnMfa mfa)
    {
        var (view, problem) = await mfa.OfferAsync(context);
        return view is null ? problem! : Shown(context, view);
    }

    private static async Task<Results<Ok<RecoveryCodesView>, Problem>> ConfirmAsync(MfaCode body, HttpContext context, OwnMfa mfa)
    {
        var (view, problem) = await mfa.ConfirmAsync(context, body.Code);
        return view is null ? problem! : Shown(context, view);
    }

    private static async Task<Results<NoContent, Problem>> RemoveAsync(
        [Microsoft.AspNetCore.Mvc.FromBody] MfaCode body, HttpContext context, OwnMfa mfa) =>
        await mfa.RemoveAsync(context, body.Code) is { } problem ? problem : TypedResults.NoContent();

    private static async Task<Results<Ok<RecoveryCodesView>, Problem>> RegenerateAsync(MfaCode body, HttpContext context, OwnMfa mfa)
    {
        var (view, problem) = await mfa.RegenerateAsync(context, body.Code);
        return view is null ? problem! : Shown(context, view);
    }

    private static Ok<T> Shown<T>(HttpContext context, T view)
    {
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(view);
    }
}
