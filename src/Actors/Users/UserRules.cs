using System.Collections.Immutable;
using Cluster.Entities;

namespace Actors.Users;

/// <summary>The bounds that keep a user's state in memory, and the rules of API tokens.</summary>
internal static class UserRules
{
    public const int MaxSessions = 50;
    public const int MaxTokens = 100;
    private const int MaxName = 100;
    private const int MaxWords = 100;

    public static ImmutableArray<FieldFault> Check(UserCommand.CreateToken create, DateTimeOffset now)
    {
        var faults = new Faults();
        faults.AddUnless(IsText(create.Name), "name", "must be 1 to 100 characters, not only blanks, without control characters");
        faults.AddUnless(create.ExpiresAt > now, "expiresAt", "must be in the future");
        CheckWords(faults, "scopes", create.Scope.Scopes);
        CheckWords(faults, "environments", create.Scope.Environments);
        faults.AddUnless(create.Scope.Projects is not { } projects || IsList(projects), "projects", "must name 1 to 100 projects, or be absent");
        return faults.ToImmutable();
    }

    private static void CheckWords(Faults faults, string field, ImmutableArray<string>? words) =>
        faults.AddUnless(
            words is not { } given || (IsList(given) && given.All(IsText)),
            field,
            "must hold 1 to 100 words of 1 to 100 characters, or be absent");

    /// <summary>An empty list would be a token that may nothing; it is more likely a mistake.</summary>
    private static bool IsList<T>(ImmutableArray<T> items) => !items.IsDefault && items.Length is >= 1 and <= MaxWords;

    private static bool IsText(string text) =>
        text.Length <= MaxName && !string.IsNullOrWhiteSpace(text) && !text.Any(char.IsControl);
}
