using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Cluster.Entities;

namespace Actors.Projects;

/// <summary>What a project can be told about the hosts that its jobs may call.</summary>
[JsonDerivedType(typeof(AllowHosts), "allow-hosts")]
public abstract partial record ProjectCommand
{
    /// <summary>Replaces the hosts that jobs may call although the rules for outgoing calls are against it (X11).</summary>
    /// <param name="Hosts"><c>host</c>, <c>host:port</c> or <c>http://host:port</c>; none to take all back.</param>
    public sealed record AllowHosts(ImmutableArray<string> Hosts) : ProjectCommand;
}

public abstract partial record ProjectEvent
{
    /// <param name="Hosts">All that there are from now on.</param>
    public sealed record HostsAllowed(ImmutableArray<string> Hosts, DateTimeOffset At) : ProjectEvent;
}

/// <summary>What a project decides about the hosts that its jobs may call. How one is written is the API's business.</summary>
internal static class EgressDecider
{
    private const int MostHosts = 50;
    private const int HostLength = 300;

    public static Decision<ProjectEvent> Allow(ProjectState state, ProjectCommand.AllowHosts allow, DateTimeOffset now)
    {
        var faults = Check(allow.Hosts);
        if (!faults.IsEmpty) return EgressRefusals.Invalid(faults);
        return state.AllowedHosts.SequenceEqual(allow.Hosts)
            ? MemberDecider.Answer(state)
            : MemberDecider.Persist(state, new ProjectEvent.HostsAllowed(allow.Hosts, now));
    }

    private static ImmutableArray<FieldFault> Check(ImmutableArray<string> hosts)
    {
        var faults = new Faults();
        faults.AddUnless(hosts.Length <= MostHosts, "allow", "must be at most 50 hosts");
        faults.AddUnless(hosts.Distinct(StringComparer.Ordinal).Count() == hosts.Length, "allow", "must not name one twice");
        for (var i = 0; i < Math.Min(hosts.Length, MostHosts); i++)
        {
            faults.AddUnless(IsText(hosts[i]), $"allow[{i}]", "must be 1 to 300 visible ASCII characters without a comma");
        }

        return faults.ToImmutable();
    }

    private static bool IsText(string host) =>
        host.Length is >= 1 and <= HostLength && host.All(static c => c is > ' ' and < '\x7f' and not ',');
}

/// <summary>The codes are part of the public API.</summary>
public static class EgressRefusals
{
    public const string InvalidCode = "egress_invalid";

    internal static Refusal Invalid(ImmutableArray<FieldFault> faults) =>
        new(RefusalKind.Invalid, InvalidCode, "The hosts break their rules.", faults);
}
