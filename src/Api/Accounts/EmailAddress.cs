namespace Api.Accounts;

/// <summary>E-mail addresses, taken as they come: whether one exists only a message to it can tell.</summary>
internal static class EmailAddress
{
    /// <summary>RFC 5321, 4.5.3.1.3, without the brackets.</summary>
    public const int MaxLength = 254;
    public const string Rule = "must be an e-mail address of at most 254 characters";

    public static bool IsAddress(string? text)
    {
        if (text is null || text.Length > MaxLength || !WellFormed.Is(text)) return false;
        var at = text.LastIndexOf('@');
        return at > 0 && at < text.Length - 1
            && !text.Any(static character => char.IsWhiteSpace(character) || char.IsControl(character));
    }

    /// <summary>What two spellings of one address have in common: case does not count.</summary>
    public static string Normalise(string email) =>
        WellFormed.Is(email) ? email.Trim().ToLowerInvariant() : "";
}

/// <summary>JSON may hold half of a surrogate pair, which is no text.</summary>
internal static class WellFormed
{
    public static bool Is(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i])) continue;
            if (!char.IsHighSurrogate(text[i]) || i + 1 == text.Length || !char.IsLowSurrogate(text[i + 1])) return false;
            i++;
        }

        return true;
    }
}
