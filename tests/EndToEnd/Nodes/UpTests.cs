using System.Net;
using System.Net.Sockets;
using Cluster.Kit;
using EndToEnd.Kit;
using Xunit.Abstractions;

namespace EndToEnd.Nodes;

/// <summary><c>./cluster up</c> with several nodes, as a person starts and stops it.</summary>
public sealed class UpTests(ITestOutputHelper output)
{
    /// <summary>The command builds what it starts.</summary>
    private static readonly TimeSpan s_bound = TimeSpan.FromMinutes(4);

    [Fact]
    public async Task Nodes_of_the_command_work_together_and_leave_nothing_behind()
    {
        var port = FreePorts(2);
        await using var command = NodeProcess.StartProgram(
            Path.Combine(Repository.Root, "cluster"),
            ["up", "--nodes", "2", "--store", "postgres", "--port", $"{port}", "--workers", "1"],
            Environment());
        try
        {
            var shown = await command.Output.LineAsync(@"^Setup token, shown this once: (\S+)").WaitAsync(s_bound);
            Assert.True(shown is not null, command.Output.Text + command.Errors.Text);
            var token = await FirstUser.ApiTokenAsync(new Uri($"http://127.0.0.1:{port}"), shown.Groups[1].Value);
            using var api = new ApiClient(new Uri($"http://127.0.0.1:{port}"), token);
            using var other = new ApiClient(new Uri($"http://127.0.0.1:{port + 1}"), token);
            await SharedStore.SeenAsync(api, "both nodes own shards", seen => seen is { Store: "postgres" } && seen.IsBalanced(2));
            await SharedStore.SeenAsync(other, "the other says the same", seen => seen.IsBalanced(2));
            await Probe.NormalRunAsync(other, await api.CreateProjectAsync("up"));
            var family = ProcessTable.DescendantsOf(command.Id);
            var folder = Database(family);
            Assert.True(Directory.Exists(folder));

            command.Interrupt();

            Assert.Equal(0, await command.ExitCodeAsync(s_bound));
            Assert.DoesNotContain(family, ProcessTable.IsAlive);
            Assert.False(Directory.Exists(folder));
        }
        finally
        {
            output.WriteLine(command.Output.Text + command.Errors.Text);
        }
    }

    private static Dictionary<string, string> Environment() => new()
    {
        ["CLUSTER__WORKER__REPO_DIR"] = Repository.Adaptors,
        ["CLUSTER__WORKER__OFFLINE"] = "true",
    };

    /// <summary>The folder of the database's server, from its arguments.</summary>
    private static string Database(IEnumerable<int> processes)
    {
        var arguments = processes.Select(ProcessTable.ArgumentsAndEnvironment).First(text => text.Contains("/postgres\0-D\0", StringComparison.Ordinal));
        return arguments.Split('\0')[2];
    }

    /// <summary>The first of some ports in a row that nobody uses at the moment.</summary>
    private static int FreePorts(int count)
    {
        while (true)
        {
            var first = Random.Shared.Next(20_000, 30_000);
            try
            {
                foreach (var port in Enumerable.Range(first, count))
                {
                    using var listener = new TcpListener(IPAddress.Loopback, port);
                    listener.Start();
                }

                return first;
            }
            catch (SocketException)
            {
                // Taken.
            }
        }
    }
}
