using Api.Json;
using Api.ReadModels;

namespace Api.Projects;

/// <param name="Name">1 to 100 of a-z, 0-9 and -.</param>
/// <param name="Description">At most 240 characters.</param>
/// <param name="Concurrency">Most runs of the project that may be active at once in the whole cluster; absent for no limit.</param>
/// <param name="Weight">Turns in a round among the projects that wait for workers: 1 to 100, 1 unless given.</param>
internal sealed record NewProject(string? Name, string? Description, int? Concurrency, int? Weight, ProjectLimits? Limits);

/// <summary>Merge patch: absent fields stay, null removes.</summary>
internal sealed record ProjectPatch(
    string? Name, Patch<string> Description, Patch<int?> Concurrency, Patch<int?> Weight, Patch<ProjectLimitsPatch> Limits);

/// <param name="Limits">Absent where all follows from the node.</param>
/// <param name="Version">Also the ETag.</param>
internal sealed record ProjectView(
    Guid Id,
    string Name,
    string? Description,
    int? Concurrency,
    int Weight,
    ProjectLimits? Limits,
    long Version,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt)
{
    public static ProjectView Of(ProjectRow row) =>
        new(row.Id, row.Name, row.Description, row.Concurrency, row.Weight, ProjectLimits.Of(row), row.Version, row.CreatedAt, row.UpdatedAt);
}
