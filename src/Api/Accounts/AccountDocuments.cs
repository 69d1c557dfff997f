using Actors.Accounts;
using Api.ReadModels;

namespace Api.Accounts;

/// <param name="SetupToken">The one that the first start of the first node showed.</param>
/// <param name="Name">1 to 100 characters.</param>
/// <param name="Password">15 to 1024 characters.</param>
internal sealed record SetupRequest(string? SetupToken, string? Email, string? Name, string? Password);

/// <param name="User">The first super user.</param>
internal sealed record SetupResult(UserView User, SessionTokens Session);

/// <param name="Name">1 to 100 characters.</param>
/// <param name="Password">15 to 1024 characters. Absent: the answer has a link by which the user sets one.</param>
internal sealed record NewUser(string? Email, string? Name, string? Password, bool? SuperUser);

/// <summary>Merge patch: absent fields stay.</summary>
/// <param name="Disabled">A user who is disabled cannot sign in, and all their sessions end.</param>
internal sealed record UserPatch(string? Name, string? Email, bool? SuperUser, bool? Disabled);

/// <param name="Email">The account's own, to be typed by whoever means it.</param>
internal sealed record AccountDeletion(string? Email);

/// <summary>What users change of themselves: absent fields stay.</summary>
internal sealed record OwnPatch(string? Name);

/// <param name="NewPassword">15 to 1024 characters.</param>
internal sealed record PasswordChange(string? CurrentPassword, string? NewPassword);

/// <param name="HasMfa">A second factor is set up.</param>
/// <param name="PurgeAt">When a scheduled deletion may become final; absent if none is.</param>
internal sealed record UserView(
    Guid Id,
    string Name,
    string Email,
    bool SuperUser,
    AccountStatus Status,
    bool HasMfa,
    DateTimeOffset? LastSignInAt,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    DateTimeOffset? PurgeAt)
{
    /// <summary>Only in the answer that says that a user without a password was made.</summary>
    public Links.LinkView? Link { get; init; }

    /// <summary>The address came with a registration, and nobody has checked that it is theirs; absent otherwise.</summary>
    public bool? EmailUnverified { get; init; }

    public static UserView Of(AccountRow row, Person person) =>
        new(
            row.Id, person.Name, person.Email, row.IsSuperUser, Words.Parse<AccountStatus>(row.Status), row.HasMfa, row.LastSignInAt,
            row.CreatedAt, row.UpdatedAt, row.PurgeAt)
        {
            EmailUnverified = row.IsUnverified ? true : null,
        };
}
