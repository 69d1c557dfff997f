namespace Actors.Projects;

/// <summary>How callers of a webhook prove who they are.</summary>
public enum AuthMethodType
{
    /// <summary>A key in the header <c>x-api-key</c>.</summary>
    Api,

    /// <summary>User and password in HTTP Basic.</summary>
    Basic,
}

/// <summary>A way to prove who calls that any webhook of the project may ask for.</summary>
/// <param name="Name">Unique in the project, 1 to 100 characters on one line.</param>
/// <param name="Username">With <see cref="AuthMethodType.Basic"/> only.</param>
/// <param name="SecretHash">Keyed hash of the secret: the secret itself is stored nowhere. What it looks like is its maker's business.</param>
public sealed record AuthMethod(
    Guid Id,
    string Name,
    AuthMethodType Type,
    string? Username,
    string SecretHash,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt);
