using System.Text.Json.Serialization;
using Actors.Serialization;

namespace Actors.Users;

/// <summary>What a link that sets a password is for.</summary>
[JsonConverter(typeof(WordConverter<LinkPurpose>))]
public enum LinkPurpose
{
    /// <summary>The first password of somebody for whom an account was made.</summary>
    Invitation,

    /// <summary>Another password for somebody who lost theirs.</summary>
    Reset,
}

/// <summary>A single-use way to set a password. There is one at a time: a newer one takes the place of an older.</summary>
/// <param name="Hash">SHA-256, in hexadecimal, of the link's secret, which is kept nowhere.</param>
public sealed record PasswordLink(string Hash, LinkPurpose Purpose, DateTimeOffset ExpiresAt)
{
    public bool IsOpenAt(DateTimeOffset now) => now < ExpiresAt;
}
