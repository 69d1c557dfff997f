using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Actors.Projects;

namespace Api.ReadModels;

/// <summary>Names of environments in one column: separated by commas, which none of them has.</summary>
internal static class EnvironmentNames
{
    public static string? Write(EnvironmentSet? environments) => environments is null ? null : string.Join(',', environments.Names);

    [return: NotNullIfNotNull(nameof(column))]
    public static EnvironmentSet? Read(string? column) => column switch
    {
        null => null,
        "" => new EnvironmentSet([]),
        _ => new EnvironmentSet([.. column.Split(',')]),
    };

    /// <summary>As a caller named them: what is wrong with them the project says.</summary>
    public static EnvironmentSet? Of(string[]? names) => names is null ? null : new EnvironmentSet([.. names.Select(static name => name ?? "")]);

    /// <summary>The name behind the column of a run, work order or dataclip.</summary>
    public static string Shown(string? column) => column ?? EnvironmentSet.Main;

    /// <summary>Condition by which a row of <paramref name="table"/> belongs to one of the names. One name finds its rows by their
    /// index; several, of which a project has ten at most, are looked for in one parameter.</summary>
    /// <param name="names">Null for all; none for nothing.</param>
    public static string Within(string table, ImmutableArray<string>? names) => names switch
    {
        null => "",
        [EnvironmentSet.Main] => $" and {table}.environment is null",
        [_] => $" and {table}.environment = @Environments",
        _ => $" and @Environments like '%,' || coalesce({table}.environment, '{EnvironmentSet.Main}') || ',%'",
    };

    /// <summary>What <see cref="Within"/> calls <c>@Environments</c>.</summary>
    public static string Argument(ImmutableArray<string>? names) => names switch
    {
        null => "",
        [var only] => only,
        { } several => $",{string.Join(',', several)},",
    };
}
