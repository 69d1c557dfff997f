using System.Reflection;
using System.Text.Json;
using Api.Json;
using Api.Problems;
using Microsoft.AspNetCore.Http.Metadata;
using YamlDotNet.Core;

namespace Api.Workflows;

/// <summary>A workflow document from a JSON or YAML body, by Content-Type.</summary>
internal sealed class WorkflowBody : IEndpointParameterMetadataProvider
{
    public const string Yaml = "application/yaml";

    /// <summary>Null when <see cref="Problem"/> is not.</summary>
    public WorkflowDocument? Document { get; private init; }

    public Problem? Problem { get; private init; }

    public static async ValueTask<WorkflowBody> BindAsync(HttpContext context)
    {
        var isYaml = MediaTypes.IsYaml(context.Request.ContentType);
        if (!isYaml && !context.Request.HasJsonContentType())
            return new WorkflowBody { Problem = Problem.Of(ProblemKinds.UnsupportedMediaType) };

        try
        {
            var document = isYaml
                ? JsonSerializer.Deserialize(
                    await YamlJson.ReadAsync(context.Request.Body, context.RequestAborted), ApiJson.Http.WorkflowDocument)
                : await JsonSerializer.DeserializeAsync(
                    context.Request.Body, ApiJson.Http.WorkflowDocument, context.RequestAborted);
            return document is null
                ? new WorkflowBody { Problem = Problem.Of(ProblemKinds.Invalid, "body", "is an object") }
                : new WorkflowBody { Document = document };
        }
        catch (JsonException fault)
        {
            return new WorkflowBody { Problem = JsonFaults.Describe(fault, ApiJson.Http.WorkflowDocument) };
        }
        catch (YamlException fault)
        {
            return new WorkflowBody
            {
                Problem = Problem.Of(ProblemKinds.MalformedYaml, $"Line {fault.Start.Line}, column {fault.Start.Column}."),
            };
        }
    }

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) =>
        builder.Metadata.Add(new AcceptsMetadata(["application/json", .. MediaTypes.Yaml], typeof(WorkflowDocument)));
}

/// <summary>A workflow document as JSON, or as YAML where the caller accepts that.</summary>
internal sealed class WorkflowAnswer(WorkflowDocument document, int status, string? location) : IResult, IStatusCodeHttpResult
{
    public int? StatusCode => status;

    public static WorkflowAnswer Ok(WorkflowDocument document) => new(document, StatusCodes.Status200OK, null);

    public static WorkflowAnswer Created(WorkflowDocument document) =>
        new(
            document,
            StatusCodes.Status201Created,
            $"/v1/projects/{document.ProjectId}/workflows/{document.Id}");

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = status;
        response.Headers.Vary = "Accept";
        if (location is not null) response.Headers.Location = location;
        if (document.Version is { } version) IfMatch.WriteETag(httpContext, version);
        if (!MediaTypes.WantsYaml(httpContext.Request.Headers.Accept))
        {
            await response.WriteAsJsonAsync(
                document, ApiJson.Http.WorkflowDocument, cancellationToken: httpContext.RequestAborted);
            return;
        }

        response.ContentType = WorkflowBody.Yaml;
        await response.WriteAsync(
            YamlJson.Write(JsonSerializer.SerializeToElement(document, ApiJson.Http.WorkflowDocument)),
            httpContext.RequestAborted);
    }
}
