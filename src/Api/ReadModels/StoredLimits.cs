using System.Text.Json;
using Actors.Projects;

namespace Api.ReadModels;

/// <summary>A project's limits as stored: JSON, null for none.</summary>
internal static class StoredLimits
{
    public static string? Write(ProjectLimits limits) =>
        limits == ProjectLimits.None ? null : JsonSerializer.Serialize(limits, DefinitionJson.Default.ProjectLimits);

    public static ProjectLimits Read(string? stored) =>
        stored is null ? ProjectLimits.None
        : JsonSerializer.Deserialize(stored, DefinitionJson.Default.ProjectLimits) ?? ProjectLimits.None;
}
