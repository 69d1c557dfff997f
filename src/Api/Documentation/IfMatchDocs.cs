using Api.Problems;

namespace Api.Documentation;

/// <summary>The route reads <c>If-Match</c>.</summary>
internal sealed record IfMatchDocs(bool Required);

internal static class IfMatchDocsExtensions
{
    public static TBuilder WithIfMatch<TBuilder>(this TBuilder builder, bool required = true)
        where TBuilder : IEndpointConventionBuilder
    {
        builder.WithMetadata(new IfMatchDocs(required)).WithProblems(ProblemKinds.BadIfMatch);
        builder.WithMetadata(new ProblemDocs(StatusCodes.Status412PreconditionFailed, "version_mismatch"));
        return required ? builder.WithProblems(ProblemKinds.IfMatchRequired) : builder;
    }
}
