using System.Collections.Immutable;
using Actors.Projects;

namespace Api.Access;

/// <summary>What a user is in one project.</summary>
/// <param name="Environments">The environments that it is limited to; null for all, also those to come.</param>
/// <param name="RequiresMfa">The project asks its members for a second factor.</param>
internal sealed record Membership(Guid ProjectId, ProjectRole Role, ImmutableArray<string>? Environments, bool RequiresMfa);
