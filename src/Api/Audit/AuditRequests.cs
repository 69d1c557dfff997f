using Actors.Audit;
using Api.Security;
using Cluster.Entities;

namespace Api.Audit;

/// <summary>Who makes a request, for the entries about it.</summary>
internal static class AuditRequests
{
    /// <summary>
    /// Says on whose behalf a request's commands are. Stands behind authentication and before the check of permissions, and sees their
    /// refusals. Routes that are open to all carry no origin, so that intake pays nothing.
    /// </summary>
    public static IApplicationBuilder UseAudit(this IApplicationBuilder app)
    {
        var keys = app.ApplicationServices.GetRequiredService<AuditKeys>();
        var refusals = app.ApplicationServices.GetRequiredService<RefusalTrail>();
        return app.Use(async (context, next) =>
        {
            if (context.NeedsCaller(out var needs))
            {
                var actor = AuditOrigin.Of(context, needs, keys);
                context.Features.Set(actor);
                Origin.Current = AuditOrigin.Write(actor);
            }

            await next(context);
            if (context.Response.StatusCode is StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden
                || context.Features.Get<RefusedRequest>() is not null)
            {
                refusals.Note(context);
            }
        });
    }

    /// <summary>The guard says no in a way that does not show, as 404 for what is none of the caller's business.</summary>
    public static void NoteRefusal(this HttpContext context, string code) => context.Features.Set(new RefusedRequest(code));

    /// <summary>A request without a token has proved who it is of by what it holds: what it causes is theirs from now on.</summary>
    /// <param name="via">How; null where that is nothing that callers are asked for.</param>
    /// <remarks>What is caused by the method that says so, and by those it calls: an <see cref="Origin"/> does not flow back to its callers.</remarks>
    public static void ActAs(this HttpContext context, Guid userId, CallerKind? via = null)
    {
        var anonymous = AuditOrigin.Of(context, Permission.Open, context.RequestServices.GetRequiredService<AuditKeys>());
        var actor = anonymous with { Kind = ActorKind.User, Id = userId, Via = via is { } kind ? ReadModels.Words.Of(kind) : null };
        context.Features.Set(actor);
        Origin.Current = AuditOrigin.Write(actor);
    }

    /// <summary>The actor of the request, as <see cref="UseAudit"/> found it.</summary>
    public static AuditActor AuditActor(this HttpContext context) =>
        context.Features.Get<AuditActor>() ?? new AuditActor(ActorKind.Anonymous);

    /// <summary>What the request's route needs. False if that is nothing, or there is no such route.</summary>
    public static bool NeedsCaller(this HttpContext context, out Permission needs)
    {
        needs = context.GetEndpoint()?.Metadata.GetMetadata<Security.Route>()?.Needs ?? Permission.Open;
        return PermissionTable.Of(needs).Level != PermissionLevel.None;
    }
}

/// <param name="Code">Of what the guard decided, whatever the answer says.</param>
internal sealed record RefusedRequest(string Code);
