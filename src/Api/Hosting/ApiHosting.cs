using Api.Access;
using Api.Accounts;
using Api.Audit;
using Api.Credentials;
using Api.Dataclips;
using Api.Dispatch;
using Api.Documentation;
using Api.Egress;
using Api.Erasures;
using Api.Health;
using Api.History;
using Api.Instance;
using Api.Intake;
using Api.Json;
using Api.Keys;
using Api.Nodes;
using Api.OpenId;
using Api.Operations;
using Api.Perimeter;
using Api.Problems;
using Api.Projects;
using Api.ReadModels;
using Api.Repositories;
using Api.Retention;
using Api.Runs;
using Api.Schedules;
using Api.Security;
using Api.Unstored;
using Api.Webhooks;
using Api.WorkOrders;
using Api.Workers;
using Api.Workers.OpenFn;
using Api.Workflows;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Net.Http.Headers;

namespace Api.Hosting;

/// <summary>The node's HTTP side: what it needs, and its routes.</summary>
internal static class ApiHosting
{
    public static WebApplicationBuilder AddApi(this WebApplicationBuilder builder, NodeSettings settings)
    {
        builder.AddPerimeter(settings.Http);
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);

        // It says nothing above that level, but would make an activity and a scope for each request.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        var services = builder.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(settings);
        services.ConfigureHttpJsonOptions(static json =>
        {
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, ApiJson.Http);
            CopyStrictness(json.SerializerOptions, ApiJson.Http.Options);
        });
        services.AddRequestTimeouts(timeouts => timeouts.DefaultPolicy = new RequestTimeoutPolicy
        {
            Timeout = settings.Http.RequestTimeout,
            WriteTimeoutResponse = static context => Problem.Of(ProblemKinds.TimedOut).ExecuteAsync(context),
        });
        return builder.AddParts();
    }

    /// <summary>Every route of the API, with access from the route table.</summary>
    public static void MapApi(this IEndpointRouteBuilder routes)
    {
        // These two are made of what takes work, which a sealed node has not.
        var isSealed = routes.ServiceProvider.GetRequiredService<Seal>().IsSealed;
        if (!isSealed) routes.MapWebhooks();
        if (!isSealed) routes.MapWorkerSocket().DisableRequestTimeout().DisableRateLimiting();

        routes.MapHealth();
        routes.MapApiDocument();
        routes.MapAccounts();
        routes.MapNodes();
        routes.MapSetAside();
        routes.MapInstance();
        routes.MapOpenId();
        routes.MapProjects();
        routes.MapMembers();
        routes.MapInvitations();
        routes.MapOwnership();
        routes.MapAdminProjects();
        routes.MapProjectEgress();
        routes.MapLegalHolds();
        routes.MapExport();
        routes.MapRepositories();
        routes.MapTriggerAuth();
        routes.MapAuthMethods();
        routes.MapWorkflows();
        routes.MapCredentials();
        routes.MapWorkOrders();
        routes.MapRuns();
        routes.MapOperations();
        routes.MapDataclips();
        routes.MapNamedDataclips();
        routes.MapErasures();
        routes.MapLatestInputs();
        routes.MapAudit();
    }

    /// <summary>The order is what matters here: the end of connections and problems outermost, open pages before the check of the caller.</summary>
    public static void UseApi(this WebApplication app)
    {
        // Made before the node serves, so that a key that cannot be used refuses the start.
        var isSealed = app.Services.GetRequiredService<Seal>().IsSealed;
        if (!isSealed) app.Services.GetRequiredService<RunTokenKeys>();

        var perimeter = app.Services.GetRequiredService<NodeSettings>().Http.Perimeter;
        app.UsePerimeter(perimeter);
        app.UseConnectionClose();
        app.UseProblems();
        app.UseHostCheck(perimeter);
        app.UseApiDocs();
        app.UseWhen(static context => MayBeWebSocket(context.Request), static sockets => sockets.UseWebSockets());
        app.UseSeal();
        app.UseRouting();
        app.UseRequestTimeouts();
        app.UseAuthentication();
        app.UseCallerRates(perimeter);
        if (!isSealed) app.UseAudit();
        app.UseMiddleware<AccessGuard>();
    }

    /// <summary>By HTTP/1.1, or by an extended CONNECT of HTTP/2.</summary>
    private static bool MayBeWebSocket(HttpRequest request) =>
        request.Headers.ContainsKey(HeaderNames.Upgrade) || HttpMethods.IsConnect(request.Method);

    private static WebApplicationBuilder AddParts(this WebApplicationBuilder builder)
    {
        builder.Services.AddEgress().AddOpenId();
        builder.Services.AddHostedService<IdleMemory>();
        builder.Services.AddUnstored().AddRetention().AddErasures().AddCredentials();
        builder.Services.AddProblems().AddSecurity().AddAccounts().AddQueries().AddIntake().AddNeighbours().AddReadiness().AddHttpDrain().AddApiDocument().AddAudit().AddAccess();
        return builder;
    }

    private static IServiceCollection AddQueries(this IServiceCollection services) =>
        services.AddSingleton<SealedReads>()
            .AddSingleton<CredentialVaults>()
            .AddSingleton<InstanceQueries>()
            .AddSingleton<InstancePolicy>()
            .AddSingleton<ProjectQueries>()
            .AddMembers()
            .AddRepositories()
            .AddSingleton<WorkflowQueries>()
            .AddSingleton<AuthMethodQueries>()
            .AddSingleton<ScheduleQueries>()
            .AddSingleton<CredentialQueries>()
            .AddSingleton<WorkOrderQueries>()
            .AddSingleton<RunQueries>()
            .AddSingleton<LogQueries>()
            .AddSingleton<DataclipQueries>()
            .AddSingleton<LoadQueries>()
            .AddSingleton<UsageQueries>()
            .AddSingleton<ProjectUsages>()
            .AddSingleton<ProjectLoads>()
            .AddSingleton<LatestInputQueries>()
            .AddSingleton<OperationQueries>()
            .AddSingleton<RunInputs>();

    private static IServiceCollection AddIntake(this IServiceCollection services)
    {
        services.AddSingleton(static provider => new RecentBodies(provider.GetRequiredService<NodeSettings>().Engine.RecentBodies));
        return services.AddSingleton<WorkflowIndex>()
            .AddSingleton<AuthMethodIndex>()
            .AddSingleton<WorkflowIndexLoader>()
            .AddHostedService(static provider => provider.GetRequiredService<WorkflowIndexLoader>())
            .AddHostedService<WorkflowIndexCheck>()
            .AddSingleton<RunWatcher>()
            .AddSingleton(static provider => new BodyMemory(provider.GetRequiredService<NodeSettings>().Http.BodyMemory))
            .AddSingleton<BodyReader>()
            .AddSingleton<RunIntake>()
            .AddSingleton<CompletionReply>()
            .AddWebhooks()
            .AddSchedules()
            .AddSingleton<WorkflowSaving>()
            .AddSingleton<WorkOrderSubmission>()
            .AddSingleton<BulkSubmission>()
            .AddSingleton<LogStream>()
            .AddHistory();
    }

    private static IServiceCollection AddWebhooks(this IServiceCollection services) =>
        services.AddSingleton<AuthMethodSecrets>()
            .AddSingleton<WebhookAuth>()
            .AddSingleton<WaitingRuns>()
            .AddSingleton<WebhookLimits>()
            .AddSingleton<WebhookIntake>();

    private static IServiceCollection AddSchedules(this IServiceCollection services) =>
        services.AddSingleton<ScheduleSet>()
            .AddSingleton<TickFiring>()
            .AddHostedService<ScheduleRunner>();

    /// <summary>Generated contracts take their naming with them, but strictness is read from the options in use.</summary>
    private static void CopyStrictness(System.Text.Json.JsonSerializerOptions to, System.Text.Json.JsonSerializerOptions from)
    {
        to.PropertyNamingPolicy = from.PropertyNamingPolicy;
        to.PropertyNameCaseInsensitive = from.PropertyNameCaseInsensitive;
        to.NumberHandling = from.NumberHandling;
        to.DefaultIgnoreCondition = from.DefaultIgnoreCondition;
        to.UnmappedMemberHandling = from.UnmappedMemberHandling;
        to.AllowDuplicateProperties = from.AllowDuplicateProperties;
        to.MaxDepth = from.MaxDepth;
        to.Encoder = from.Encoder;
        foreach (var converter in from.Converters) to.Converters.Add(converter);
    }
}
