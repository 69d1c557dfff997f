using Actors.Projects;
using Api.ReadModels;

namespace Api.Repositories;

/// <param name="ApiUrl">Of the host's API: <c>https://api.github.com</c>, or <c>https://HOST/api/v1</c> of a Gitea.</param>
/// <param name="Repository"><c>owner/name</c>.</param>
/// <param name="Branch">main unless given.</param>
/// <param name="Path">Of the file that is written; project.yaml unless given.</param>
/// <param name="Token">Write-only. Absent to keep the present one, which another apiUrl does not get.</param>
internal sealed record RepositoryDocument(string? ApiUrl, string? Repository, string? Branch = null, string? Path = null, string? Token = null);

/// <summary>A connection without its token.</summary>
internal sealed record RepositoryView(string ApiUrl, string Repository, string Branch, string Path, DateTimeOffset ConnectedAt)
{
    public static RepositoryView Of(RepositoryRow row) => new(row.ApiUrl, row.Name, row.Branch, row.Path, row.ConnectedAt);
}

internal enum SyncStatus
{
    Running,
    Done,
    Failed,
}

/// <param name="Commit">Absent where nothing was to be changed.</param>
/// <param name="Error">With failed: egress_blocked, unreachable, unauthorized, not_found, conflict, refused, too_large, disconnected, or lost
/// if its node ended.</param>
internal sealed record SyncView(
    Guid Id, SyncStatus Status, Guid StartedBy, DateTimeOffset StartedAt, DateTimeOffset? EndedAt, string? Commit, string? Error)
{
    public static SyncView Of(SyncRow row, DateTimeOffset now)
    {
        var isLost = row.EndedAt is null && now >= row.StartedAt + RepositorySync.Longest;
        var error = isLost ? SyncErrors.Lost : row.Error;
        var status = error is not null ? SyncStatus.Failed : row.EndedAt is null ? SyncStatus.Running : SyncStatus.Done;
        return new SyncView(row.Id, status, row.StartedBy, row.StartedAt, row.EndedAt, row.CommitId, error);
    }
}

/// <summary>Why a sync failed, in stable words. What the host said is not passed on.</summary>
internal static class SyncErrors
{
    public const string Blocked = "egress_blocked";
    public const string Unreachable = "unreachable";
    public const string Unauthorized = "unauthorized";
    public const string NotFound = "not_found";
    public const string Conflict = "conflict";
    public const string Refused = "refused";
    public const string TooLarge = "too_large";
    public const string Disconnected = "disconnected";
    public const string Lost = "lost";
}
