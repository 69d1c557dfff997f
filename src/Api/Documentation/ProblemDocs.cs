using Api.Problems;
using Cluster.Entities;

namespace Api.Documentation;

/// <summary>The problems that a route may answer with, for its OpenAPI description.</summary>
internal sealed record ProblemDocs(int Status, string Code);

internal static class ProblemDocsExtensions
{
    public static TBuilder WithProblems<TBuilder>(this TBuilder builder, params ProblemKind[] kinds)
        where TBuilder : IEndpointConventionBuilder =>
        builder.Document(kinds.Select(static kind => new ProblemDocs(kind.Status, kind.Code)));

    /// <summary>Refusals of entities, by their codes.</summary>
    public static TBuilder WithRefusals<TBuilder>(this TBuilder builder, RefusalKind kind, params string[] codes)
        where TBuilder : IEndpointConventionBuilder =>
        builder.Document(codes.Select(code => new ProblemDocs(RefusalStatus.Of(kind), code)));

    /// <summary>What every command to an entity may end in.</summary>
    public static TBuilder WithCommandProblems<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder =>
        builder.WithProblems(ProblemKinds.Overloaded, ProblemKinds.Unavailable, ProblemKinds.OutcomeUnknown);

    /// <summary>What reading a value that is stored sealed may end in.</summary>
    public static TBuilder WithSealedProblems<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder =>
        builder.WithProblems(ProblemKinds.IntegrityError, ProblemKinds.DataErased, ProblemKinds.Sealed);

    /// <summary>What every JSON body may be refused for.</summary>
    public static TBuilder WithBodyProblems<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder =>
        builder.WithProblems(
            ProblemKinds.MalformedJson, ProblemKinds.UnknownField, ProblemKinds.Invalid, ProblemKinds.BodyTooLarge,
            ProblemKinds.UnsupportedMediaType);

    private static TBuilder Document<TBuilder>(this TBuilder builder, IEnumerable<ProblemDocs> docs)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata([.. docs]);
}
