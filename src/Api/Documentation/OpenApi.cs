using System.Text.Json;
using System.Text.Json.Nodes;
using Api.Json;
using Api.Problems;
using Api.Projects;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Api.Documentation;

/// <summary>The OpenAPI document, made of the routes' own metadata.</summary>
internal static class OpenApi
{
    private const string Scheme = "bearer";
    private const string ProblemSchema = "Problem";

    public static IServiceCollection AddApiDocument(this IServiceCollection services) =>
        services.AddOpenApi("v1", static options =>
        {
            options.AddDocumentTransformer(static (document, _, _) =>
            {
                Describe(document);
                return Task.CompletedTask;
            });
            options.AddOperationTransformer(DescribeAsync);
            options.AddSchemaTransformer(static (schema, context, _) =>
            {
                Describe(schema, context.JsonTypeInfo.Type);
                return Task.CompletedTask;
            });
        });

    public static void MapApiDocument(this IEndpointRouteBuilder routes) => routes.MapOpenApi();

    /// <summary>Swagger UI at <c>/docs</c>. Other requests do not pass through it.</summary>
    public static void UseApiDocs(this IApplicationBuilder app) =>
        app.UseWhen(
            static context => context.Request.Path.StartsWithSegments("/docs"),
            static docs => docs.UseSwaggerUI(static options =>
            {
                options.RoutePrefix = "docs";
                options.DocumentTitle = "Cluster API";
                options.SwaggerEndpoint("/openapi/v1.json", "v1");
            }));

    private static void Describe(OpenApiDocument document)
    {
        document.Info = new OpenApiInfo
        {
            Title = "Cluster API",
            Version = "v1",
            Description = "Submit work orders, follow runs, and manage projects, workflows and credentials. "
                + "Problems are RFC 9457 documents; program against their `code`.",
        };
        document.Servers?.Clear();
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
        document.Components.SecuritySchemes[Scheme] = new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = Scheme,
            Description = "An access token of a session (`cses_...`) or an API token (`cpat_...`).",
        };
    }

    private static async Task DescribeAsync(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        var problems = metadata.OfType<ProblemDocs>().ToList();
        var isOpen = metadata.OfType<Microsoft.AspNetCore.Authorization.IAllowAnonymous>().Any();
        if (!isOpen)
        {
            problems.Add(new ProblemDocs(ProblemKinds.Unauthorized.Status, ProblemKinds.Unauthorized.Code));
            problems.Add(new ProblemDocs(ProblemKinds.TooManyRequests.Status, ProblemKinds.TooManyRequests.Code));
            operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Scheme, context.Document)] = [] }];
        }

        if (problems.Count > 0)
        {
            var schema = await context.GetOrCreateSchemaAsync(typeof(ProblemDocument), null, cancellationToken);
            context.Document!.AddComponent(ProblemSchema, schema);
            AddProblems(operation, problems, context.Document);
        }

        RelaxLists(operation);
        foreach (var path in metadata.OfType<PathDocs>()) AddPath(operation, path);
        if (metadata.OfType<AnyBodyDocs>().FirstOrDefault() is { } body) AddBody(operation, body);
        foreach (var header in metadata.OfType<HeaderDocs>()) AddHeader(operation, header);
    }

    /// <summary>A query parameter that is a list may always be left out: it is empty then. The generated binding calls it required.</summary>
    private static void RelaxLists(OpenApiOperation operation)
    {
        foreach (var parameter in operation.Parameters?.OfType<OpenApiParameter>() ?? [])
        {
            if (parameter is { In: ParameterLocation.Query, Schema.Type: JsonSchemaType.Array }) parameter.Required = false;
        }
    }

    private static void AddProblems(OpenApiOperation operation, List<ProblemDocs> problems, OpenApiDocument document)
    {
        operation.Responses ??= [];
        foreach (var group in problems.DistinctBy(static problem => (problem.Status, problem.Code)).GroupBy(static problem => problem.Status))
        {
            var key = group.Key.ToString(System.Globalization.CultureInfo.InvariantCulture);
            operation.Responses[key] = new OpenApiResponse
            {
                Description = "Problem: " + string.Join(", ", group.Select(static problem => $"`{problem.Code}`")),
                Content = new Dictionary<string, OpenApiMediaType>
                {
                    [Problem.MediaType] = new() { Schema = new OpenApiSchemaReference(ProblemSchema, document) },
                },
            };
        }
    }

    private static void AddPath(OpenApiOperation operation, PathDocs path)
    {
        operation.Parameters ??= [];
        operation.Parameters.Add(new OpenApiParameter
        {
            Name = path.Name,
            In = ParameterLocation.Path,
            Required = true,
            Description = path.Description,
            Schema = new OpenApiSchema { Type = JsonSchemaType.String },
        });
    }

    private static void AddBody(OpenApiOperation operation, AnyBodyDocs body) =>
        operation.RequestBody = new OpenApiRequestBody
        {
            Content = body.MediaTypes.ToDictionary(static type => type, static _ => new OpenApiMediaType { Schema = new OpenApiSchema() }),
        };

    private static void AddHeader(OpenApiOperation operation, HeaderDocs header)
    {
        operation.Parameters ??= [];
        operation.Parameters.Add(new OpenApiParameter
        {
            Name = header.Name,
            In = ParameterLocation.Header,
            Required = header.Required,
            Description = header.Description,
            Schema = new OpenApiSchema { Type = JsonSchemaType.String },
        });
    }

    private static void Describe(OpenApiSchema schema, Type type)
    {
        if (type == typeof(Patch<string>)) schema.Type = JsonSchemaType.String | JsonSchemaType.Null;
        else if (type == typeof(Patch<int?>)) schema.Type = JsonSchemaType.Integer | JsonSchemaType.Null;
        else if (type == typeof(Patch<string[]>)) DescribeList(schema);
        else if (type == typeof(Patch<ProjectLimitsPatch>)) DescribeLimits(schema);
        else if (type == typeof(RawJson) || type == typeof(RawJson?)) schema.Description = "Any JSON.";

        // What only a run that does not exist is, no answer shows.
        if (type == typeof(Actors.Runs.RunStatus) && schema.Enum is { } words)
            schema.Enum = [.. words.Where(static word => word is not JsonValue value || value.ToString() is not ("absent" or "rejected"))];
    }

    private static void DescribeList(OpenApiSchema schema)
    {
        schema.Type = JsonSchemaType.Array | JsonSchemaType.Null;
        schema.Items = new OpenApiSchema { Type = JsonSchemaType.String };
    }

    private static void DescribeLimits(OpenApiSchema schema)
    {
        schema.Type = JsonSchemaType.Object | JsonSchemaType.Null;
        schema.Properties = typeof(ProjectLimitsPatch).GetProperties().ToDictionary(
            static property => JsonNamingPolicy.CamelCase.ConvertName(property.Name),
            static IOpenApiSchema (_) => new OpenApiSchema { Type = JsonSchemaType.Integer | JsonSchemaType.Null });
        schema.AdditionalPropertiesAllowed = false;
    }
}
