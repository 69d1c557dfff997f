using System.Diagnostics.CodeAnalysis;
using Actors.Projects;

namespace Api.ReadModels;

/// <summary>Names of environments in one column: separated by commas, which none of them has.</summary>
internal static class EnvironmentNames
{
    public static string? Write(EnvironmentSet? environments) => environments is null ? null : string.Join(',', environments.Names);

    [return: NotNullIfNotNull(nameof(column))]
    public static EnvironmentSet? Read(string? column) => column is null ? null : new EnvironmentSet([.. column.Split(',')]);

    /// <summary>As a caller named them: what is wrong with them the project says.</summary>
    public static EnvironmentSet? Of(string[]? names) => names is null ? null : new EnvironmentSet([.. names.Select(static name => name ?? "")]);
}
