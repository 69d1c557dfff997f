using System.Collections.Immutable;
using Actors.Users;
using Api.Documentation;
using Api.Instance;
using Api.Json;
using Api.Problems;
using Api.ReadModels;
using Api.Security;
using Cluster.Entities;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Api.Accounts;

/// <summary>Tokens that users make for programs (S0-28).</summary>
internal static class ApiTokenEndpoints
{
    private const string All = "/v1/users/me/api-tokens";
    private const int PrefixLength = 12;

    public static void MapApiTokens(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(All, ListAsync).WithTags("Accounts").WithName("listApiTokens").WithSummary("List one's own API tokens: 100 at most");
        routes.MapPost(All, CreateAsync).WithTags("Accounts").WithName("createApiToken").WithSmallBody()
            .WithSummary("Make an API token; it is shown in this answer only").WithBodyProblems().WithCommandProblems()
            .WithProblems(ProblemKinds.SessionRequired)
            .WithRefusals(RefusalKind.Invalid, UserRefusals.TokenInvalidCode)
            .WithRefusals(RefusalKind.Conflict, UserRefusals.TooManyTokensCode);
        routes.MapDelete(All + "/{tokenId:guid}", RevokeAsync).WithTags("Accounts").WithName("revokeApiToken")
            .WithSummary("Revoke one of one's own API tokens; every node refuses it within a second").WithCommandProblems()
            .WithRefusals(RefusalKind.NotFound, UserRefusals.TokenNotFoundCode);
    }

    private static async Task<Ok<Page<ApiTokenView>>> ListAsync(HttpContext context, AccountQueries accounts)
    {
        var rows = await accounts.TokensAsync(context.Caller().UserId, context.RequestAborted);
        return TypedResults.Ok(new Page<ApiTokenView>([.. rows.Select(ApiTokenView.Of)], null));
    }

    /// <summary>By a session only: a narrow token must not make a wide one.</summary>
    private static async Task<Results<Created<ApiTokenView>, Problem>> CreateAsync(
        NewApiToken body, HttpContext context, Users users, AccountQueries accounts, IEntities entities, InstancePolicy policy,
        TimeProvider time)
    {
        var caller = context.Caller();
        if (caller.Kind == CallerKind.ApiToken) return Problem.Of(ProblemKinds.SessionRequired);
        var settings = await policy.SettingsAsync(context.RequestAborted);
        var latest = time.GetUtcNow() + TimeSpan.FromDays(settings.ApiTokenMaxDays);
        if (Check(body, latest) is { } wrong) return wrong;

        var id = entities.NewLocalId();
        var token = OpaqueToken.New(OpaqueToken.Api);
        var create = new UserCommand.CreateToken(
            id, body.Name ?? "", OpaqueToken.Hash(token), token[..PrefixLength], ScopeOf(body), caller.HasMfa, body.ExpiresAt ?? latest);
        var outcome = await users.AskAsync(caller.UserId, create, context.RequestAborted);
        if (outcome is not Outcome.Replied) return Problem.Of(outcome);

        context.Response.Headers.CacheControl = "no-store";
        var rows = await accounts.TokensAsync(caller.UserId, context.RequestAborted);
        return rows.Find(row => row.Id == id) is { } row
            ? TypedResults.Created(All, ApiTokenView.Of(row) with { Token = token })
            : Problem.Of(ProblemKinds.NotFound);
    }

    private static async Task<Results<NoContent, Problem>> RevokeAsync(Guid tokenId, HttpContext context, Users users)
    {
        var outcome = await users.AskAsync(context.Caller().UserId, new UserCommand.RevokeToken(tokenId), context.RequestAborted);
        return outcome is Outcome.Replied ? TypedResults.NoContent() : Problem.Of(outcome);
    }

    private static Problem? Check(NewApiToken body, DateTimeOffset latest)
    {
        if (body.ExpiresAt > latest) return Problem.Of(ProblemKinds.Invalid, "expiresAt", $"must not be after {latest:u}");
        var unknown = body.Scopes?.FirstOrDefault(static scope => scope is null || !PermissionTable.Scopes.Contains(scope));
        return unknown is not null || body.Scopes?.Contains(null) == true
            ? Problem.Of(ProblemKinds.Invalid, "scopes", $"must be of: {string.Join(", ", PermissionTable.Scopes.Order(StringComparer.Ordinal))}")
            : body.Environments?.Contains(null) == true
                ? Problem.Of(ProblemKinds.Invalid, "environments", "must be words")
                : null;
    }

    private static TokenScope ScopeOf(NewApiToken body) =>
        new(Distinct(body.Scopes), Distinct(body.Projects), Distinct(body.Environments));

    private static ImmutableArray<T>? Distinct<T>(T[]? items) => items is null ? null : [.. items.Distinct().Order()];
}
