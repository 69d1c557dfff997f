using Cluster.Transport;

namespace Cluster.Tests.Transport;

/// <summary>A node in a process of its own, for <see cref="ConnectionTests"/> to kill: takes requests and never answers.</summary>
internal static class TransportChild
{
    public const string Arrived = "arrived";

    public static string[] Arguments(Peer self, Peer caller) =>
        ["transport", "hold", $"{self.NodeId}", Convert.ToHexString(self.Key.Span), $"{caller.NodeId}", Convert.ToHexString(caller.Key.Span)];

    /// <summary>Prints its port, then a line for each request.</summary>
    public static async Task<int> HoldAsync(string self, string key, string caller, string callerKey)
    {
        var members = new Members();
        members.Set(Read(caller, callerKey));
        var hold = new TestService(1, async (_, _, _, cancellationToken) =>
        {
            Console.WriteLine(Arrived);
            await Task.Delay(Timeout.Infinite, cancellationToken);
        });
        await using var node = await TestNode.StartAsync(members, self: Read(self, key), services: hold);
        Console.WriteLine(node.Self.Port);
        await Task.Delay(Timeout.Infinite);
        return 0;
    }

    private static Peer Read(string nodeId, string key) => new(Guid.Parse(nodeId), "127.0.0.1", 0, Convert.FromHexString(key));
}
