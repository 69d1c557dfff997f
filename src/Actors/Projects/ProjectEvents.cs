using Actors.Workflows;

namespace Actors.Projects;

/// <summary>Facts of a project. A public contract: see <c>ProjectCodec</c> for the manifests.</summary>
public abstract partial record ProjectEvent
{
    private ProjectEvent()
    {
    }

    public sealed record Created(string Name, string? Description, int? Concurrency, DateTimeOffset At) : ProjectEvent
    {
        public ProjectSettings? Settings { get; init; }

        /// <summary>Null in histories of before there were members.</summary>
        public Guid? OwnerId { get; init; }

        /// <summary>Null for the usual ones.</summary>
        public ProjectPolicies? Policies { get; init; }
    }

    public sealed record Updated(string Name, string? Description, int? Concurrency, DateTimeOffset At) : ProjectEvent
    {
        public ProjectSettings? Settings { get; init; }

        /// <summary>Null where they stayed as they were.</summary>
        public ProjectPolicies? Policies { get; init; }
    }

    /// <param name="Version">The workflow's version from now on, counted from 1.</param>
    public sealed record WorkflowSaved(Workflow Workflow, int Version, DateTimeOffset At) : ProjectEvent;

    public sealed record WorkflowDeleted(Guid WorkflowId, DateTimeOffset At) : ProjectEvent;

    public sealed record Deleted(DateTimeOffset At) : ProjectEvent;

    /// <param name="Method">As it is from now on; <see cref="AuthMethod.UpdatedAt"/> says since when.</param>
    public sealed record AuthMethodSaved(AuthMethod Method) : ProjectEvent;

    public sealed record AuthMethodDeleted(Guid MethodId, DateTimeOffset At) : ProjectEvent;
}
