using Actors.Instance;
using Api.Documentation;
using Api.Json;
using Api.Problems;
using Api.ReadModels;
using Cluster.Entities;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Api.Instance;

internal static class InstanceEndpoints
{
    private const string Settings = "/v1/instance/settings";

    public static void MapInstance(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/instance", ShowAsync).WithTags("Instance").WithName("getInstance")
            .WithSummary("Show what every user may know of the instance");
        routes.MapGet(Settings, GetAsync).WithTags("Instance").WithName("getInstanceSettings").WithSummary("Show the instance's settings");
        routes.MapPatch(Settings, ChangeAsync).WithTags("Instance").WithName("changeInstanceSettings")
            .WithSummary("Change the instance's settings")
            .WithDescription("A merge patch: absent fields stay. Holds on every node within half a second.")
            .WithIfMatch(required: false).WithBodyProblems().WithCommandProblems()
            .WithRefusals(RefusalKind.Invalid, InstanceBehavior.InvalidCode);
    }

    private static async Task<Ok<InstanceView>> ShowAsync(InstancePolicy policy, CancellationToken cancellationToken)
    {
        var settings = await policy.SettingsAsync(cancellationToken);
        return TypedResults.Ok(new InstanceView(settings.Contact, settings.AllowProjectCreation, settings.RequiresMfa));
    }

    private static async Task<Ok<InstanceSettings>> GetAsync(HttpContext context, InstanceQueries queries)
    {
        var stored = await StoredSettings.ReadAsync(queries, context.RequestAborted);
        IfMatch.WriteETag(context, stored.Version);
        return TypedResults.Ok(stored.Settings);
    }

    private static async Task<Results<Ok<InstanceSettings>, Problem>> ChangeAsync(
        InstanceSettingsPatch body, HttpContext context, IEntities entities, InstanceQueries queries, InstancePolicy policy)
    {
        if (IfMatch.Read(context, required: false, out var expected) is { } refused) return refused;

        // What the patch does not name is taken from the row: the version guards against a change in between.
        var present = await StoredSettings.ReadAsync(queries, context.RequestAborted);
        var command = new InstanceCommand.Change(expected ?? present.Version, body.Apply(present.Settings));
        var outcome = await entities.AskAsync(InstanceBehavior.Entity, command, context.RequestAborted);
        if (outcome is not Outcome.Replied) return Problem.Of(outcome);
        policy.Forget();
        return await GetAsync(context, queries);
    }
}
