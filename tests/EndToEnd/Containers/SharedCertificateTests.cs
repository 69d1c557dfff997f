using EndToEnd.Kit;
using EndToEnd.Nodes;
using Xunit.Abstractions;

namespace EndToEnd.Containers;

/// <summary>Nodes as the compose file starts them: given keys, a read-only folder, one certificate for all.</summary>
public sealed class SharedCertificateTests(ITestOutputHelper output) : IAsyncLifetime
{
    private SharedStore _store = null!;
    private MadeSecrets _secrets = null!;

    public async Task InitializeAsync()
    {
        _store = await SharedStore.MakeAsync();
        _secrets = await MadeSecrets.MakeAsync();
        _store.SetupToken = _secrets.SetupToken;
    }

    public async Task DisposeAsync()
    {
        _store.WriteLog(output);
        await _store.DisposeAsync();
        _secrets.Dispose();
    }

    [Fact]
    public async Task Replicas_share_a_certificate_and_work_together()
    {
        var first = await StartAsync("first");
        await StartAsync("second");
        await SharedStore.SeenAsync(first.Api, "both nodes own shards", seen => seen.IsBalanced(2));

        // A project is in a shard of the node that made it, a run in one of the node that took it: both are asked here.
        var project = await first.Api.CreateProjectAsync("mutual");
        await Probe.NormalRunAsync(first.Api, project);

        Assert.NotNull(await first.Node.Output.LineAsync("Connected to node").WaitAsync(Until.Bound));
    }

    [Fact]
    public async Task The_certificates_are_what_they_are_for()
    {
        await VerifyAsync("node", "node.cluster.internal", "sslserver");
        await VerifyAsync("node", "node.cluster.internal", "sslclient");
        await VerifyAsync("postgres", "postgres", "sslserver");
    }

    private Task VerifyAsync(string name, string host, string purpose) => Tool.RunAsync(
        "openssl", "verify", "-CAfile", _secrets.File("ca.crt"), "-verify_hostname", host, "-purpose", purpose, _secrets.File($"{name}.crt"));

    private Task<Site> StartAsync(string name) => _store.StartNodeAsync(
        name,
        ("CLUSTER__KEYS_DIR", _secrets.Path),
        ("CLUSTER__MEMBER__CERTIFICATE", _secrets.File("node.crt")),
        ("CLUSTER__MEMBER__CERTIFICATE_KEY", _secrets.File("node.key")),
        ("CLUSTER__MEMBER__AUTHORITY", _secrets.File("ca.crt")),
        ("CLUSTER__MEMBER__CERTIFICATE_NAME", "node.cluster.internal"));
}
