using System.Security.Cryptography;
using Api.Accounts;
using Api.Hosting;
using Api.Security;
using Api.Workers;
using Cluster.Kit;

namespace Api.Tests;

[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class KeyFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Nodes_that_start_together_on_an_empty_folder_end_up_with_one_key()
    {
        for (var round = 0; round < 20; round++)
        {
            var path = _folder.File($"shared-{round}/one.key");
            using var start = new Barrier(8);
            var results = new (byte[] Content, bool Made)[8];
            var threads = Enumerable.Range(0, 8).Select(n => new Thread(() =>
            {
                start.SignalAndWait();
                results[n].Content = KeyFile.ReadOrMake(path, () => RandomNumberGenerator.GetBytes(32), out results[n].Made);
            })).ToList();
            threads.ForEach(thread => thread.Start());
            threads.ForEach(thread => thread.Join());

            Assert.All(results, result => Assert.Equal(File.ReadAllBytes(path), result.Content));
            Assert.Single(results, result => result.Made);
            Assert.Equal([path], Directory.GetFiles(Path.GetDirectoryName(path)!));
        }
    }

    [Fact]
    public void The_second_node_of_a_keys_folder_shows_no_token_and_accepts_that_of_the_first()
    {
        var settings = NodeSettings.Default with { DataDir = _folder.File("unused"), KeysDir = _folder.File("keys") };
        var (first, second) = (new StringWriter(), new StringWriter());
        new SetupToken(settings).Offer(first);

        var accepts = new SetupToken(settings);
        accepts.Offer(second);

        Assert.True(accepts.Matches(first.ToString().Split(' ')[^1].Trim()));
        Assert.Equal("", second.ToString());
        Assert.Equal(WorkerSecret.FromSettings(settings).Text, WorkerSecret.FromSettings(settings).Text);
        Assert.Equal(
            ["setup-token.hash", "worker.secret"],
            Directory.GetFiles(settings.KeysDir).Select(Path.GetFileName).Order());
        Assert.False(Directory.Exists(settings.DataDir));
    }

    [Fact]
    public void Keys_in_a_folder_that_cannot_be_written_are_read()
    {
        var path = _folder.File("keys/one.key");
        var made = KeyFile.ReadOrMake(path, () => [1, 2, 3], out _);
        var folder = Path.GetDirectoryName(path)!;
        File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserExecute);

        var found = KeyFile.ReadOrMake(path, () => throw new InvalidOperationException("made anew"), out var again);

        File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Assert.Equal(made, found);
        Assert.False(again);
    }

    [Fact]
    public void A_key_that_can_neither_be_read_nor_made_is_named()
    {
        // Below a file there can be no folder, whoever asks.
        File.WriteAllText(_folder.File("keys"), "");
        var path = _folder.File("keys/one.key");

        var fault = Assert.Throws<KeyRefusedException>(() => KeyFile.ReadOrMake(path, () => [1], out _));

        Assert.Contains(path, fault.Message, StringComparison.Ordinal);
        Assert.True(StartFaults.IsForOperators(fault));
    }

    [Fact]
    public void The_worker_secret_is_read_without_the_end_of_its_line()
    {
        var settings = NodeSettings.Default with { KeysDir = _folder.Path };
        File.WriteAllText(_folder.File("worker.secret"), new string('a', 64) + "\n");
        Assert.Equal(new string('a', 64), WorkerSecret.FromSettings(settings).Text);

        File.WriteAllText(_folder.File("worker.secret"), "short\n");
        Assert.Throws<KeyRefusedException>(() => WorkerSecret.FromSettings(settings));
    }
}
