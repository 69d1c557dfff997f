using EndToEnd.Kit;
using YamlDotNet.Serialization;

namespace EndToEnd.Containers;

/// <summary>What must hold for the containers, read from the compose file itself: there is no engine in these tests. That its
/// settings are settings is in <c>Api.Tests</c>.</summary>
public sealed class ComposeTests
{
    private static readonly string s_folder = Path.Combine(Repository.Root, "docker");

    public static TheoryData<string, string> Services()
    {
        var data = new TheoryData<string, string>();
        foreach (var file in (string[])["compose.yaml", "single.yaml"])
        {
            foreach (var service in Map(Load(file)["services"]).Keys) data.Add(file, service);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Services))]
    public void Every_container_has_only_what_it_needs(string file, string name)
    {
        var service = Map(Map(Load(file)["services"])[name]);

        Assert.Equal("true", service["read_only"]);
        Assert.Equal(["ALL"], List(service["cap_drop"]));
        Assert.Contains("no-new-privileges:true", List(service["security_opt"]));
        Assert.Matches("^[1-9][0-9]*:[1-9][0-9]*$", (string)service["user"]);
        Assert.DoesNotContain("privileged", service.Keys);
        Assert.True(Seconds(service["stop_grace_period"]) >= 45);
        if (!service.ContainsKey("tmpfs")) Assert.Equal("balancer", name);
    }

    [Theory]
    [MemberData(nameof(Services))]
    public void Every_image_from_elsewhere_is_pinned(string file, string name)
    {
        var service = Map(Map(Load(file)["services"])[name]);
        if ((string)service["image"] == "cluster") return;
        Assert.Matches(@"^[a-z]+:\d+\.\d+(\.\d+)?-[a-z]+$", (string)service["image"]);
    }

    [Fact]
    public void Only_the_balancer_is_reached_from_outside_and_the_database_reaches_nobody()
    {
        var services = Map(Load("compose.yaml")["services"]);

        Assert.Equal(["balancer"], services.Keys.Where(name => Map(services[name]).ContainsKey("ports")));
        Assert.Equal(["edge", "cluster"], Networks(services["balancer"]));
        Assert.Equal(["cluster", "data"], Networks(services["node"]));
        Assert.Equal(["cluster"], Networks(services["worker"]));
        var address = Map(Map(Map(services["balancer"])["networks"])["cluster"])["ipv4_address"];
        Assert.Equal(address, Map(Map(services["node"])["environment"])["CLUSTER__HTTP__BEHIND_PROXY"]);
        Assert.Equal(["data"], Networks(services["postgres"]));
        Assert.Equal("true", Map(Map(Load("compose.yaml")["networks"])["data"])["internal"]);
        Assert.StartsWith("${CLUSTER_ADDRESS:-127.0.0.1}", (string)List(Map(services["balancer"])["ports"]).Single());
    }

    [Fact]
    public void A_node_comes_back_after_a_failure_and_stays_away_after_a_drain()
    {
        var node = Map(Map(Load("compose.yaml")["services"])["node"]);
        Assert.Equal("on-failure", node["restart"]);
        Assert.Contains("/health/ready", List(Map(node["healthcheck"])["test"]).Last().ToString(), StringComparison.Ordinal);
        Assert.Equal("service_healthy", Map(Map(node["depends_on"])["postgres"])["condition"]);
    }

    [Fact]
    public async Task Every_secret_is_a_file_that_make_secrets_makes()
    {
        using var made = await MadeSecrets.MakeAsync();
        var compose = Load("compose.yaml");
        var secrets = Map(compose["secrets"]);
        var used = Map(compose["services"]).Values.SelectMany(service => Secrets(Map(service))).Select(secret => (string)secret["source"]);

        Assert.Equal(secrets.Keys.Order(), used.Distinct().Order());
        foreach (var secret in secrets.Values)
        {
            var file = (string)Map(secret)["file"];
            Assert.StartsWith("./secrets/", file);
            Assert.True(File.Exists(made.File(Path.GetFileName(file))), file);
        }
    }

    [Fact]
    public async Task The_balancer_accepts_its_configuration_and_finds_the_nodes()
    {
        await Tool.RunAsync("haproxy", "-c", "-f", Path.Combine(s_folder, "haproxy.cfg"));
        var text = await File.ReadAllTextAsync(Path.Combine(s_folder, "haproxy.cfg"));
        Assert.Contains("uri /health/ready", text, StringComparison.Ordinal);
        Assert.Contains("server-template node 20 node:4000", text, StringComparison.Ordinal);
    }

    private static Dictionary<string, object> Load(string file) =>
        Map(new DeserializerBuilder().Build().Deserialize<object>(File.ReadAllText(Path.Combine(s_folder, file))));

    private static Dictionary<string, object> Map(object value) =>
        ((Dictionary<object, object>)value).ToDictionary(pair => (string)pair.Key, pair => pair.Value);

    private static List<object> List(object value) => (List<object>)value;

    private static IEnumerable<object> Networks(object service) =>
        Map(service)["networks"] is Dictionary<object, object> named ? named.Keys : List(Map(service)["networks"]);

    private static IEnumerable<Dictionary<string, object>> Secrets(Dictionary<string, object> service) =>
        service.TryGetValue("secrets", out var secrets) ? List(secrets).Select(Map) : [];

    private static int Seconds(object text) => int.Parse(((string)text).TrimEnd('s'));
}
