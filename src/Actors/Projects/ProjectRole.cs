namespace Actors.Projects;

/// <summary>What a member is in a project, weakest first. The set is closed; what each role may do stands in the API's permission table.</summary>
public enum ProjectRole
{
    Viewer,
    Editor,
    Admin,

    /// <summary>Exactly one member of a project.</summary>
    Owner,
}
