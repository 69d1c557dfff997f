using System.Text.RegularExpressions;

namespace Actors.Projects;

/// <summary>A Git repository that the project is written to (S1-26), on a host that speaks the contents API of GitHub and Gitea.</summary>
/// <param name="ApiUrl">Of the host's API, such as <c>https://api.github.com</c>.</param>
/// <param name="Name"><c>owner/name</c>.</param>
/// <param name="Path">Of the file in it.</param>
/// <param name="SealedToken">Encrypted before it comes here; it is shown to nobody.</param>
public sealed partial record Repository(string ApiUrl, string Name, string Branch, string Path, string SealedToken)
{
    private const int UrlLength = 500;
    private const int SealedLength = 4_096;

    internal void Check(Faults faults)
    {
        faults.AddUnless(
            ApiUrl.Length <= UrlLength && Uri.TryCreate(ApiUrl, UriKind.Absolute, out var url) && url.Scheme is "https" or "http"
                && url is { UserInfo: "", Query: "", Fragment: "" },
            "apiUrl",
            "must be the address of an API, without user, query and fragment");
        faults.AddUnless(
            NamePattern().IsMatch(Name) && Name.Split('/').All(static part => part is not ("." or "..")), "repository", "must be owner/name");
        faults.AddUnless(IsPath(Branch), "branch", "must be the name of a branch, of letters, digits, dots, hyphens, underscores and slashes");
        faults.AddUnless(IsPath(Path), "path", "must be a path inside the repository, of letters, digits, dots, hyphens, underscores and slashes");
        faults.AddUnless(SealedToken.Length is > 0 and <= SealedLength, "token", "must be given for another API");
    }

    private static bool IsPath(string text) =>
        PathPattern().IsMatch(text) && text.Split('/').All(static part => part is not ("" or "." or "..") && part[0] != '-');

    [GeneratedRegex(@"^[A-Za-z0-9._-]{1,100}/[A-Za-z0-9._-]{1,100}\z", RegexOptions.CultureInvariant)]
    private static partial Regex NamePattern();

    [GeneratedRegex(@"^[A-Za-z0-9._/-]{1,250}\z", RegexOptions.CultureInvariant)]
    private static partial Regex PathPattern();
}

/// <summary>One writing of the project to its repository (S1-27).</summary>
public sealed record RepositorySync(Guid Id, Guid StartedBy, DateTimeOffset StartedAt)
{
    /// <summary>Longest; whoever has not ended by then was lost with its node, and the next may start.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    /// <summary>Null while it is under way.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    public bool IsRunningAt(DateTimeOffset now) => EndedAt is null && now < StartedAt + Longest;
}

/// <summary>How a sync ended.</summary>
/// <param name="Commit">Null if nothing was to be changed, or with an <paramref name="Error"/>.</param>
/// <param name="Error">A stable word; null if it went well.</param>
public sealed record SyncResult(string? Commit, string? Error);
