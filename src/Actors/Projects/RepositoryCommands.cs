using System.Text.Json.Serialization;

namespace Actors.Projects;

/// <summary>What a project can be told about its repository.</summary>
[JsonDerivedType(typeof(ConnectRepository), "connect-repository")]
[JsonDerivedType(typeof(DisconnectRepository), "disconnect-repository")]
[JsonDerivedType(typeof(StartSync), "start-sync")]
[JsonDerivedType(typeof(EndSync), "end-sync")]
[JsonDerivedType(typeof(SetTriggerAuth), "set-trigger-auth")]
public abstract partial record ProjectCommand
{
    /// <summary>Or replaces the connection.</summary>
    /// <param name="SealedToken">Null to keep the present one, which goes to the same API alone.</param>
    public sealed record ConnectRepository(string ApiUrl, string Name, string Branch, string Path, string? SealedToken) : ProjectCommand;

    public sealed record DisconnectRepository : ProjectCommand;

    /// <summary>One at a time.</summary>
    public sealed record StartSync(Guid SyncId, Guid By) : ProjectCommand;

    public sealed record EndSync(Guid SyncId, SyncResult Result) : ProjectCommand;

    /// <summary>Asks callers of a workflow's webhook for a method, or no longer (S1-03): the workflow's next version.</summary>
    public sealed record SetTriggerAuth(Guid WorkflowId, Guid MethodId, bool IsAsked) : ProjectCommand;
}
