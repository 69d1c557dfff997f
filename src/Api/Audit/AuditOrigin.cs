using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Actors.Audit;
using Api.Security;
using Cluster.Entities;

namespace Api.Audit;

/// <summary>
/// Who causes commands, as the text that travels with them (<see cref="Origin"/>): opaque ids only. Fields are parted by bars, which
/// none of them holds; a version that is not known reads as <see cref="ActorKind.Unknown"/>.
/// </summary>
internal static class AuditOrigin
{
    private const string Version = "1";
    private const int MaxField = 128;

    public static string Write(AuditActor actor) => string.Join(
        '|',
        Version, ReadModels.Words.Of(actor.Kind), actor.Id?.ToString("N"), actor.Via, actor.TokenId?.ToString("N"),
        Field(actor.Address), Field(actor.RequestId));

    /// <param name="origin">Null for the cluster itself.</param>
    public static AuditActor Read(string? origin)
    {
        if (origin is null) return AuditActor.System;
        return origin.Split('|') is [Version, var kind, var id, var via, var token, var address, var request]
            && ReadModels.Words.Known<ActorKind>(kind)
                ? new AuditActor(
                    ReadModels.Words.Parse<ActorKind>(kind), Id(id), Text(via), Id(token), Text(address), Text(request))
                : new AuditActor(ActorKind.Unknown);
    }

    /// <summary>Whoever makes the request, as far as authentication knows them.</summary>
    /// <param name="needs">What the route needs: on those of the instance a super user acts as such (X9).</param>
    public static AuditActor Of(HttpContext context, Permission needs, AuditKeys keys)
    {
        var actor = new AuditActor(
            ActorKind.Anonymous, Address: AddressOf(context.Connection.RemoteIpAddress, keys), RequestId: RequestId(context));
        if (context.FindCaller() is not { } caller) return actor;

        var asSuperUser = caller.IsSuperUser && PermissionTable.Of(needs).Level == PermissionLevel.Instance;
        return actor with
        {
            Kind = asSuperUser ? ActorKind.SuperUser : ActorKind.User,
            Id = caller.UserId,
            Via = ReadModels.Words.Of(caller.Kind),
            TokenId = caller.TokenId == Guid.Empty ? null : caller.TokenId,
        };
    }

    /// <summary>The network of an address, /24 or /48, and a keyed tag of the whole: enough to see that several requests came from one
    /// place, not enough to say who lives there (S2-38).</summary>
    public static string? AddressOf(IPAddress? address, AuditKeys keys)
    {
        if (address is null) return null;
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        var bytes = address.GetAddressBytes();
        var tag = keys.AddressTag(bytes);
        var bits = address.AddressFamily == AddressFamily.InterNetwork ? 24 : 48;
        bytes.AsSpan(bits / 8).Clear();
        return $"{new IPAddress(bytes)}/{bits}#{tag}";
    }

    private static string RequestId(HttpContext context) => Activity.Current?.TraceId.ToString() ?? context.TraceIdentifier;

    private static string? Field(string? text) =>
        text is null ? null : (text.Length > MaxField ? text[..MaxField] : text).Replace('|', '_');

    private static string? Text(string field) => field.Length == 0 ? null : field;

    private static Guid? Id(string field) => Guid.TryParseExact(field, "N", out var id) ? id : null;
}
