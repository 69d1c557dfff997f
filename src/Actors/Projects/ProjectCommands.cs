using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Actors.Workflows;

namespace Actors.Projects;

/// <summary>What a project can be told. Every command that changes something names the version it was decided on.
/// The words are part of the messages between nodes.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "command")]
[JsonDerivedType(typeof(Create), "create")]
[JsonDerivedType(typeof(Update), "update")]
[JsonDerivedType(typeof(SaveWorkflow), "save-workflow")]
[JsonDerivedType(typeof(DeleteWorkflow), "delete-workflow")]
[JsonDerivedType(typeof(Delete), "delete")]
[JsonDerivedType(typeof(SaveAuthMethod), "save-auth-method")]
[JsonDerivedType(typeof(DeleteAuthMethod), "delete-auth-method")]
public abstract partial record ProjectCommand
{
    private ProjectCommand()
    {
    }

    /// <param name="Name"><c>^[a-z0-9-]{1,100}$</c>.</param>
    /// <param name="Description">At most 240 characters.</param>
    public sealed record Create(string Name, string? Description, int? Concurrency) : ProjectCommand
    {
        public ProjectSettings? Settings { get; init; }

        /// <summary>The first member. Null only in what nodes of before there were members say.</summary>
        public Guid? OwnerId { get; init; }

        /// <summary>Null for the usual ones.</summary>
        public ProjectPolicies? Policies { get; init; }
    }

    /// <param name="ExpectedVersion">The project's <see cref="ProjectState.Version"/> the caller saw; null to overwrite.</param>
    public sealed record Update(long? ExpectedVersion, string Name, string? Description, int? Concurrency) : ProjectCommand
    {
        public ProjectSettings? Settings { get; init; }

        /// <summary>Null to keep the present ones.</summary>
        public ProjectPolicies? Policies { get; init; }
    }

    /// <summary>Creates (<paramref name="ExpectedVersion"/> 0), or replaces the workflow of that version; null to overwrite.</summary>
    public sealed record SaveWorkflow(Workflow Workflow, int? ExpectedVersion, WorkflowFacts Facts) : ProjectCommand;

    /// <summary>Reply: <see cref="ProjectReply.Saved"/> with the project's version, which does not change.</summary>
    public sealed record DeleteWorkflow(Guid WorkflowId, int? ExpectedVersion) : ProjectCommand;

    /// <summary>For good: from then on every command is refused as gone.</summary>
    public sealed record Delete : ProjectCommand;

    /// <summary>Makes (<paramref name="IsNew"/>) or replaces a webhook auth method.</summary>
    /// <param name="Username">For a basic method, and only there.</param>
    /// <param name="SecretHash">Null to keep the present one.</param>
    public sealed record SaveAuthMethod(
        Guid MethodId, string Name, AuthMethodType Type, string? Username, string? SecretHash, bool IsNew) : ProjectCommand;

    /// <summary>Refused while a trigger asks for it.</summary>
    public sealed record DeleteAuthMethod(Guid MethodId) : ProjectCommand;
}

/// <summary>What the asker knows of the world and the decision needs.</summary>
/// <param name="Credentials">Credentials granted to the project.</param>
/// <param name="Adaptors">Allowed adaptor names; a trailing <c>*</c> is a wildcard.</param>
public sealed record WorkflowFacts(ImmutableHashSet<Guid> Credentials, ImmutableArray<string> Adaptors);

/// <summary>Replies of a project. The words are part of the messages between nodes.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "reply")]
[JsonDerivedType(typeof(Saved), "saved")]
[JsonDerivedType(typeof(WorkflowSaved), "workflow-saved")]
[JsonDerivedType(typeof(Holding), "holding")]
public abstract record ProjectReply
{
    private ProjectReply()
    {
    }

    public sealed record Saved(long Version) : ProjectReply;

    public sealed record WorkflowSaved(Guid WorkflowId, int Version) : ProjectReply;

    /// <summary>What it holds sealed, in base64.</summary>
    /// <param name="RepositoryToken">Null if there is no repository.</param>
    public sealed record Holding(string? RepositoryToken, ImmutableArray<SealedAddress> Addresses) : ProjectReply;
}
