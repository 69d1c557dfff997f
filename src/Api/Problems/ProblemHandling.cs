using System.Data.Common;
using System.Text.Json;
using Cluster.Journal;
using Cluster.Sealing;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.Options;

namespace Api.Problems;

/// <summary>Turns exceptions and bare status codes into problems; nothing of the inside leaves the node.</summary>
internal static class ProblemHandling
{
    public static IServiceCollection AddProblems(this IServiceCollection services)
    {
        services.AddExceptionHandler<ProblemExceptionHandler>();
        services.Configure<RouteHandlerOptions>(static options => options.ThrowOnBadRequest = true);
        return services;
    }

    public static IApplicationBuilder UseProblems(this IApplicationBuilder app)
    {
        app.UseExceptionHandler(static _ => { });
        return app.UseStatusCodePages(static context => Describe(context.HttpContext).ExecuteAsync(context.HttpContext));
    }

    /// <summary>Of an answer that is a status and nothing else. 400 is what the framework says of a parameter that it cannot read.</summary>
    private static Problem Describe(HttpContext context) => context.Response.StatusCode == StatusCodes.Status400BadRequest
        ? BadParameters.Describe(context)
        : Problem.Of(ProblemKinds.OfStatus(context.Response.StatusCode));
}

internal sealed partial class ProblemExceptionHandler(
    IOptions<JsonOptions> json, ILogger<ProblemExceptionHandler> logger) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (httpContext.RequestAborted.IsCancellationRequested)
        {
            httpContext.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            return true;
        }

        await Describe(httpContext, exception).ExecuteAsync(httpContext);
        return true;
    }

    private Problem Describe(HttpContext context, Exception exception)
    {
        switch (exception)
        {
            case BadHttpRequestException { InnerException: JsonException fault }:
                return JsonFaults.Describe(fault, BodyContract(context));
            case BadHttpRequestException { StatusCode: StatusCodes.Status400BadRequest }:
                return BadParameters.Describe(context);
            case BadHttpRequestException bad:
                return Problem.Of(ProblemKinds.OfStatus(bad.StatusCode));
            case OperationCanceledException:
                return Problem.Of(ProblemKinds.TimedOut);
            case DbException or JournalUnavailableException:
                // Whoever reads may read again. A change may have been stored before its answer could be read.
                StoreFailed(context.Request.Method, context.GetEndpoint()?.DisplayName, exception.Message);
                return HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method)
                    ? Problem.Of(ProblemKinds.Unavailable)
                    : Problem.Of(ProblemKinds.OutcomeUnknown, "Look at the resource before trying again.");
            case IntegrityException:
                return Problem.Of(ProblemKinds.IntegrityError); // Logged and recorded where it was found.
            case KeyDestroyedException:
                return Problem.Of(ProblemKinds.DataErased);
            case KeysSealedException:
                return Problem.Of(ProblemKinds.Sealed);
            default:
                Unhandled(exception, context.Request.Method, context.GetEndpoint()?.DisplayName);
                return Problem.Of(ProblemKinds.Internal);
        }
    }

    private System.Text.Json.Serialization.Metadata.JsonTypeInfo? BodyContract(HttpContext context)
    {
        var features = context.Features.Get<IExceptionHandlerFeature>();
        var body = features?.Endpoint?.Metadata.GetMetadata<IAcceptsMetadata>()?.RequestType;
        return body is null ? null : json.Value.SerializerOptions.GetTypeInfo(body);
    }

    [LoggerMessage(3001, LogLevel.Error, "Unhandled failure of {Method} {Route}")]
    private partial void Unhandled(Exception exception, string method, string? route);

    [LoggerMessage(3002, LogLevel.Warning, "{Method} {Route} could not read the store: {Reason}")]
    private partial void StoreFailed(string method, string? route, string reason);
}
