using Actors.Projects;
using Api.Json;
using Api.ReadModels;

namespace Api.Projects;

/// <param name="Name">1 to 100 of a-z, 0-9 and -.</param>
/// <param name="Description">At most 240 characters.</param>
/// <param name="Concurrency">Most runs of the project that may be active at once in the whole cluster; absent for no limit.</param>
/// <param name="Limits">Bounds that the project sets for itself; absent for none.</param>
internal sealed record NewProject(string? Name, string? Description, int? Concurrency, ProjectLimits? Limits = null);

/// <summary>Merge patch: absent fields stay, null removes.</summary>
internal sealed record ProjectPatch(string? Name, Patch<string> Description, Patch<int?> Concurrency, Patch<LimitsPatch> Limits);

/// <param name="Version">Also the ETag.</param>
internal sealed record ProjectView(
    Guid Id,
    string Name,
    string? Description,
    int? Concurrency,
    long Version,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    ProjectLimits Limits)
{
    public static ProjectView Of(ProjectRow row) =>
        new(row.Id, row.Name, row.Description, row.Concurrency, row.Version, row.CreatedAt, row.UpdatedAt, StoredLimits.Read(row.Limits));
}
