using Actors.Instance;
using Api.Problems;

namespace Api.Accounts;

/// <summary>
/// What a new password must be: long, and not one that is tried first (NIST SP 800-63B-4, 3.1.1.2; OWASP ASVS 5.0, 6.2). No rule says which
/// characters it is made of. How soon it would be guessed is estimated offline by zxcvbn, which knows common passwords, names and words, and
/// what people make of them: other case, digits, repeats, keyboard rows.
/// </summary>
internal static class PasswordRules
{
    private const string Product = "cluster";

    /// <summary>Of zxcvbn's 0 to 4: 3 withstands some ten thousand million guesses.</summary>
    private const int MinScore = 3;

    /// <summary>The estimate takes time with the square of the length.</summary>
    private const int Estimated = 64;

    /// <summary>Shorter parts of an address are in many good passwords by chance.</summary>
    private const int MinPart = 4;

    /// <summary>NIST SP 800-63B-4, 3.1.1.2: where a second factor is demanded and set up.</summary>
    private const int MinLengthWithMfa = 8;

    /// <summary>Code points that a password of somebody must have at least.</summary>
    public static int MinLength(InstanceSettings settings, bool hasMfa) =>
        settings.RequiresMfa && hasMfa ? MinLengthWithMfa : settings.PasswordMinLength;

    /// <param name="field">Name of the field that it came in.</param>
    /// <param name="minLength">See <see cref="MinLength"/>.</param>
    /// <returns>Null if it may be a password of that person.</returns>
    public static Problem? Check(string field, string? password, Person person, int minLength)
    {
        if (password is null) return Problem.Of(ProblemKinds.Invalid, field, "must be given");
        if (PasswordText.Read(password) is not { } normal)
            return Problem.Of(ProblemKinds.Invalid, field, "must be text of at most 1024 characters");
        if (PasswordText.Length(normal) < minLength)
            return Problem.Of(ProblemKinds.Invalid, field, $"must have at least {minLength} characters");
        if (Names(person).Any(name => normal.Contains(name, StringComparison.OrdinalIgnoreCase)))
            return Problem.Of(ProblemKinds.PasswordNamesOwner, field, "must not contain the e-mail address, its first part or the product's name");
        return IsCommon(normal, person)
            ? Problem.Of(ProblemKinds.CommonPassword, field, "must not be a common password or a simple variation of one")
            : null;
    }

    private static IEnumerable<string> Names(Person person)
    {
        yield return Product;
        yield return person.Email;
        var local = person.Email[..Math.Max(0, person.Email.LastIndexOf('@'))];
        if (local.Length >= MinPart) yield return local;
    }

    /// <remarks>Of a long one both ends have to be weak.</remarks>
    private static bool IsCommon(string password, Person person) =>
        password.Length <= Estimated
            ? IsWeak(password, person)
            : IsWeak(password[..Estimated], person) && IsWeak(password[^Estimated..], person);

    private static bool IsWeak(string password, Person person) =>
        new Zxcvbn.Zxcvbn().EvaluatePassword(password, [person.Name, person.Email, Product]).Score < MinScore;
}
