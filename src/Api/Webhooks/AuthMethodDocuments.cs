using Actors.Projects;
using Api.ReadModels;

namespace Api.Webhooks;

/// <param name="Name">Unique in the project, at most 100 characters.</param>
/// <param name="Username">With type basic: 1 to 255 characters without a colon.</param>
/// <param name="Password">With type basic: 8 to 255 characters.</param>
/// <param name="ApiKey">With type api: 16 to 255 visible ASCII characters; one is made unless given, and shown in this answer only.</param>
internal sealed record NewAuthMethod(
    string? Name, AuthMethodType? Type, string? Username = null, string? Password = null, string? ApiKey = null);

/// <param name="Username">With type basic; another one needs the password too.</param>
/// <param name="Password">With type basic; absent for the present one.</param>
/// <param name="ApiKey">With type api; absent for the present one.</param>
internal sealed record AuthMethodChange(string? Name, string? Username = null, string? Password = null, string? ApiKey = null);

/// <summary>A webhook auth method without its secret, which is stored nowhere.</summary>
/// <param name="ApiKey">Only in the answer that says that one was made.</param>
internal sealed record AuthMethodView(
    Guid Id,
    Guid ProjectId,
    string Name,
    AuthMethodType Type,
    string? Username,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    string? ApiKey = null)
{
    public static AuthMethodView Of(AuthMethodRow row) =>
        new(row.Id, row.ProjectId, row.Name, Words.Parse<AuthMethodType>(row.Type), row.Username, row.CreatedAt, row.UpdatedAt);
}
