using System.Text;
using Cluster.Kit;
using EndToEnd.Kit;
using Xunit.Abstractions;

namespace EndToEnd.LifeCycle;

/// <summary>Where secrets must not be: logs, arguments, environments, and, in clear, any file but their own.</summary>
public sealed class SecretTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const string Marker = "MARKER-0f9d2c71-value-of-a-credential";
    private readonly Site _site = new();

    public async Task InitializeAsync() => await _site.StartAsync();

    public async Task DisposeAsync()
    {
        _site.WriteLog(output);
        await _site.DisposeAsync();
    }

    [Fact]
    public async Task Secrets_stay_out_of_logs_arguments_environments_and_files()
    {
        var project = await _site.Api.CreateProjectAsync("discreet");
        var credential = await _site.Api.CreateCredentialAsync(
            "key", new { password = Marker, nested = new { token = Marker + "-2" } }, project);
        var workflow = await _site.Api.SaveWorkflowAsync(project, Workflows.OneStep(
            "use",
            """
            fn(async state => {
              console.log(state.configuration, 'uses ' + state.configuration.password);
              await new Promise(r => setTimeout(r, 2000));
              return { used: state.configuration.password.length };
            })
            """,
            credential: credential));
        var accepted = await _site.Api.SubmitAsync(workflow, new { });
        await Until.SomeAsync("the job runs", async () =>
            (await _site.Api.LogAsync(accepted.RunId)).FirstOrDefault(line => line.Source == "JOB"));
        string[] secrets = [_site.Token, _site.SetupToken, FirstUser.Password, _site.WorkerSecret.Trim(), Marker];

        // While the job has the credential in its hands.
        var processes = ProcessTable.DescendantsOf(_site.Node.Id);
        Assert.True(processes.Count >= 2);
        foreach (var id in processes.Append(_site.Node.Id))
        {
            var shownByKernel = ProcessTable.ArgumentsAndEnvironment(id);
            Assert.DoesNotContain(secrets, secret => shownByKernel.Contains(secret, StringComparison.Ordinal));
        }

        var worker = await _site.Node.WorkerAsync();
        Assert.DoesNotContain("CLUSTER__", ProcessTable.Environment(worker), StringComparison.Ordinal);
        Assert.All(
            ProcessTable.ChildrenOf(worker).Where(IsChild),
            child => Assert.DoesNotContain(ProcessTable.Environment(child).Split('\0', StringSplitOptions.RemoveEmptyEntries), IsNoTrust));

        var run = await _site.Api.EndOfRunAsync(accepted.RunId);
        Assert.Equal("success", run.State);
        Assert.Equal(Marker.Length, (await _site.Api.DataclipAsync(run.OutputDataclipId!.Value)).GetProperty("used").GetInt32());
        await AskWrongAsync();
        await _site.StopAsync();

        var shown = FirstUser.TokenLine + _site.SetupToken;
        var log = _site.Log.Replace(shown, "", StringComparison.Ordinal);
        Assert.DoesNotContain(secrets, secret => log.Contains(secret, StringComparison.Ordinal));
        AssertFilesAreClean(secrets);
    }

    /// <summary>The file of authorities to trust is all that a child is told of the machine.</summary>
    private static bool IsNoTrust(string variable) => !variable.StartsWith("NODE_EXTRA_CA_CERTS=", StringComparison.Ordinal);

    /// <summary>Requests that fail while they carry secrets: what is logged of them must not.</summary>
    private async Task AskWrongAsync()
    {
        foreach (var token in (string[])[_site.WorkerSecret, Marker])
            await Assert.ThrowsAnyAsync<Exception>(() => WorkerPeer.ConnectAsync(_site.Api.Address, token));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/credentials")
        {
            Content = new StringContent(
                $$"""{"name":"x","schema":"raw","body":{"password":"{{Marker}}"},"oops":1}""", Encoding.UTF8, "application/json"),
        };
        using var answer = await _site.Api.SendAsync(request);
        Assert.Equal(422, (int)answer.StatusCode);
        Assert.DoesNotContain(Marker, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private void AssertFilesAreClean(string[] secrets)
    {
        foreach (var path in Directory.EnumerateFiles(_site.DataFolder, "*", SearchOption.AllDirectories))
        {
            if (Path.GetFileName(path) == "worker.secret") continue;
            var bytes = File.ReadAllBytes(path);
            foreach (var secret in secrets.Select(Encoding.UTF8.GetBytes))
            {
                var encoded = Encoding.UTF8.GetBytes(Convert.ToBase64String(secret));
                Assert.True(bytes.AsSpan().IndexOf(secret) < 0, $"{path} holds a secret in clear");
                Assert.True(bytes.AsSpan().IndexOf(encoded) < 0, $"{path} holds a secret in base64");
            }
        }

        var keys = Directory.EnumerateFiles(Path.Combine(_site.DataFolder, "keys"));
        Assert.All(keys, path => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path)));
    }

    private static bool IsChild(int id) =>
        ProcessTable.ArgumentsAndEnvironment(id).Contains("child.js", StringComparison.Ordinal);
}
