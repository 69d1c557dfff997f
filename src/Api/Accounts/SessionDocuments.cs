using Api.ReadModels;

namespace Api.Accounts;

/// <param name="Code">Of the second factor where one is set up: of the app, or a recovery code.</param>
internal sealed record SignInRequest(string? Email, string? Password, string? Code);

internal sealed record RefreshRequest(string? RefreshToken);

/// <summary>A session's tokens, shown in this answer only.</summary>
/// <param name="AccessToken">For <c>Authorization: Bearer</c>.</param>
/// <param name="ExpiresAt">Of the access token.</param>
/// <param name="RefreshToken">Good for one exchange at <c>/v1/sessions:refresh</c>; a second one ends the session.</param>
/// <param name="RefreshExpiresAt">Of the session, unless it is refreshed before.</param>
internal sealed record SessionTokens(
    Guid Id, string AccessToken, DateTimeOffset ExpiresAt, string RefreshToken, DateTimeOffset RefreshExpiresAt);

/// <param name="Current">The one that asks.</param>
/// <param name="HasMfa">It began with a second factor.</param>
internal sealed record SessionView(Guid Id, bool Current, bool HasMfa, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt)
{
    public static SessionView Of(SessionRow row, Guid current) =>
        new(row.Id, row.Id == current, row.HasMfa, row.CreatedAt, row.ExpiresAt);
}
