using System.Collections.Immutable;
using Actors.Projects;

namespace Api.ReadModels;

/// <summary>Names of environments in one column: separated by commas, which none of them has.</summary>
internal static class EnvironmentNames
{
    public static string? Write(EnvironmentSet? environments) => environments is null ? null : string.Join(',', environments.Names);

    public static EnvironmentSet? Read(string? column) => column is null ? null : new EnvironmentSet([.. column.Split(',')]);

    public static ImmutableArray<string>? List(string? column) => column is null ? null : [.. column.Split(',')];
}
