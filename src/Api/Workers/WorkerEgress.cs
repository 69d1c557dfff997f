using System.Collections.Immutable;
using System.Net;
using Api.Egress;
using Cluster.Hocon;

namespace Api.Workers;

/// <summary>What jobs may call through the node's own worker, and how much of it; the names are those of its configuration.</summary>
/// <param name="Allow">Hosts that the jobs of all projects may call beyond public https.</param>
/// <param name="DnsServers">Asked for names in place of the system; none for the system.</param>
/// <param name="ResponseLimitMb">Of one answer, as it comes and as it is decompressed.</param>
/// <param name="CallTimeoutMs">Of one call, from its first byte to the last of its answer.</param>
internal sealed record WorkerEgress(
    ImmutableArray<string> Allow, ImmutableArray<string> DnsServers, int ResponseLimitMb, int CallTimeoutMs)
{
    public static WorkerEgress Default { get; } = new([], [], 64, 120_000);

    public static WorkerEgress Read(SettingsReader reader)
    {
        var allow = reader.StringList("allow", []);
        foreach (var text in allow)
        {
            if (!EgressException.TryParse(text, out _)) reader.Refuse("allow", text, "must be host, host:port or http://host:port");
        }

        var servers = reader.StringList("dns-servers", []);
        foreach (var text in servers)
        {
            if (!IPEndPoint.TryParse(text, out _)) reader.Refuse("dns-servers", text, "must be an address, or address:port");
        }

        return new WorkerEgress(
            [.. allow],
            [.. servers],
            reader.Int("response-limit-mb", Default.ResponseLimitMb, min: 1, max: 1_024),
            (int)reader.Duration(
                "call-timeout", TimeSpan.FromMilliseconds(Default.CallTimeoutMs), min: TimeSpan.FromSeconds(1), max: TimeSpan.FromHours(1))
                .TotalMilliseconds);
    }
}
