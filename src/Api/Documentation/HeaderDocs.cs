using Actors.Submissions;
using Api.Problems;

namespace Api.Documentation;

/// <summary>A header that the route reads itself.</summary>
internal sealed record HeaderDocs(string Name, bool Required, string Description)
{
    public static HeaderDocs IdempotencyKey { get; } = new(
        Intake.IdempotencyKey.Header,
        Required: false,
        "Names the request, so that it can be repeated safely: for 24 hours a repeat makes no second work order and gets the first's " +
        "answer. One key in a project stands for one request. 1 to 255 visible ASCII characters.");
}

internal static class HeaderDocsExtensions
{
    public static TBuilder WithIfMatch<TBuilder>(this TBuilder builder, bool required = true)
        where TBuilder : IEndpointConventionBuilder
    {
        builder.WithMetadata(new HeaderDocs("If-Match", required, "The ETag of the version that is changed, or `*`."))
            .WithProblems(ProblemKinds.BadIfMatch);
        builder.WithMetadata(new ProblemDocs(StatusCodes.Status412PreconditionFailed, "version_mismatch"));
        return required ? builder.WithProblems(ProblemKinds.IfMatchRequired) : builder;
    }

    public static TBuilder WithIdempotencyKey<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(
            HeaderDocs.IdempotencyKey,
            new ProblemDocs(StatusCodes.Status409Conflict, SubmissionRefusals.KeyReusedCode));
}
