namespace Api.Accounts;

/// <summary>A password as it came: the runtime works without the tables of Unicode normalisation, so two ways to write one letter are two
/// passwords.</summary>
internal static class PasswordText
{
    /// <summary>Code points.</summary>
    public const int MaxLength = 1_024;

    /// <returns>Null if it is no text or longer than any password may be.</returns>
    public static string? Read(string password)
    {
        // A code point has at most two characters here.
        if (password.Length > 2 * MaxLength || !WellFormed.Is(password)) return null;
        return Length(password) <= MaxLength ? password : null;
    }

    public static int Length(string password) => password.EnumerateRunes().Count();
}
