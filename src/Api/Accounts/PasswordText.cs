using System.Text;

namespace Api.Accounts;

/// <summary>A password as a person writes it: the same whatever keyboard made it (NIST SP 800-63B-4, 3.1.1.2).</summary>
internal static class PasswordText
{
    /// <summary>Code points.</summary>
    public const int MaxLength = 1_024;

    /// <returns>Null if it is no text or longer than any password may be.</returns>
    public static string? Normalise(string password)
    {
        // A code point has at most two characters here.
        if (password.Length > 2 * MaxLength || !WellFormed.Is(password)) return null;
        var normal = password.Normalize(NormalizationForm.FormKC);
        return Length(normal) <= MaxLength ? normal : null;
    }

    public static int Length(string password) => password.EnumerateRunes().Count();
}
