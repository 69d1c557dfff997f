using Cluster.Kit;
using Cluster.Sealing;

namespace Cluster.Tests.Sealing;

[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class KeyShareTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_share_is_read_back_as_it_was_written()
    {
        var share = KeyShare.New(7);
        var (read, fault) = KeyShare.Parse(share.Reveal());
        Assert.Null(fault);
        Assert.Equal(7, read!.Version);
        Assert.Equal(share.Secret.ToArray(), read.Secret.ToArray());
        Assert.DoesNotContain(share.Reveal()[6..], share.ToString());
    }

    [Fact]
    public void No_character_of_a_share_can_be_changed_or_left_out()
    {
        var text = KeyShare.New(12).Reveal();
        for (var at = 0; at < text.Length; at++)
        {
            foreach (var other in "Aa0_-9z")
            {
                if (other == text[at]) continue;
                Assert.Null(KeyShare.Parse(text[..at] + other + text[(at + 1)..]).Share);
            }

            Assert.Null(KeyShare.Parse(text.Remove(at, 1)).Share);
            Assert.Null(KeyShare.Parse(text[..at]).Share);
        }
    }

    public static TheoryData<byte[], string> Weak => new()
    {
        { new byte[32], "repeats" },
        { [.. Enumerable.Repeat<byte[]>([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16], 2).SelectMany(part => part)], "repeats" },
        { [.. Enumerable.Range(100, 32).Select(value => (byte)value)], "counts" },
        { [.. Enumerable.Range(0, 32).Select(value => (byte)(255 - (value * 3)))], "counts" },
        { "The quick brown fox jumps over l"u8.ToArray(), "text" },
    };

    [Theory]
    [MemberData(nameof(Weak))]
    public void What_nobody_drew_at_random_is_weak(byte[] secret, string why)
    {
        Assert.Contains(why, ShareStrength.WeaknessOf(secret));
        var fault = Read(Given("one", new KeyShare(1, secret)), Given("two", KeyShare.New(1))).Fault;
        Assert.Contains("The first share is weak", fault);
        Assert.Contains(why, fault);
    }

    [Fact]
    public void Random_shares_are_not_weak()
    {
        for (var i = 0; i < 2_000; i++) Assert.Null(ShareStrength.WeaknessOf(KeyShare.New(1).Secret));
    }

    [Fact]
    public void Versions_with_both_shares_are_found_wherever_they_are()
    {
        var (one, two, three) = (KeyShare.New(1), KeyShare.New(2), KeyShare.New(3));
        var read = Read(Given("one", one, two), null, $"{KeyShare.New(2).Reveal()} {three.Reveal()}");
        Assert.Null(read.Fault);
        Assert.Equal([2], read.Masters.Select(key => key.Version));
        Assert.Equal([1, 2], read.First.ToArray());
        Assert.Equal([2, 3], read.Second.ToArray());
    }

    [Fact]
    public void What_is_missing_or_weak_is_said_without_a_part_of_it()
    {
        var (one, two) = (KeyShare.New(1), KeyShare.New(1));
        var file = Given("one", one);
        Assert.Contains("second share is missing", Read(file, null).Fault);
        Assert.Contains("second share is missing", Read(file, _folder.File("nothing")).Fault);
        Assert.Contains("first share is missing", Read(_folder.File("nothing"), Given("two", two)).Fault);
        Assert.Contains("same", Read(file, Given("same", one)).Fault);
        Assert.Contains("the same file", Read(file, file).Fault);
        Assert.Contains("given twice", Read(file, Given("two", two), two.Reveal()).Fault);
        Assert.Contains("is empty", Read(file, Given("empty")).Fault);
        Assert.Contains("No version has both", Read(file, Given("later", KeyShare.New(2))).Fault);
        var cut = Read(file, null, two.Reveal()[..^3]).Fault;
        Assert.Contains("cut", cut);
        Assert.DoesNotContain(two.Reveal()[6..20], cut);
        Assert.Contains("a second time", Read(Given("double", one, KeyShare.New(1)), Given("two", two)).Fault);
    }

    [Fact]
    public void A_file_that_others_may_read_is_weak()
    {
        var (file, second) = (Given("one", KeyShare.New(1)), Given("two", KeyShare.New(1)));
        Assert.Null(Read(file, second).Fault);
        File.SetUnixFileMode(second, UnixFileMode.UserRead | UnixFileMode.GroupRead);
        Assert.Contains("The second share is weak", Read(file, second).Fault);
    }

    [Fact]
    public void Two_files_in_one_folder_work_but_are_warned_of()
    {
        Assert.Contains("Keep them apart", Read(Given("one", KeyShare.New(1)), Given("two", KeyShare.New(1))).Warning);
        Assert.Null(Read(Given("one", KeyShare.New(1)), Given("apart/two", KeyShare.New(1))).Warning);
    }

    [Fact]
    public void Either_share_alone_makes_another_master_key()
    {
        var (one, two) = (KeyShare.New(1), KeyShare.New(1));
        var master = MasterKey.Of(one, two);
        Assert.Equal(master.CheckValue, MasterKey.Of(one, two).CheckValue);
        Assert.NotEqual(master.CheckValue, MasterKey.Of(two, one).CheckValue);
        Assert.NotEqual(master.CheckValue, MasterKey.Of(one, KeyShare.New(1)).CheckValue);
        Assert.NotEqual(master.CheckValue, MasterKey.Of(KeyShare.New(1), two).CheckValue);
    }

    [Fact]
    public void A_wrapped_key_unwraps_in_its_own_row_only()
    {
        var master = MasterKey.Of(KeyShare.New(1), KeyShare.New(1));
        var identity = new KeyIdentity(Guid.NewGuid(), Guid.NewGuid(), 3);
        var key = Enumerable.Range(0, 32).Select(value => (byte)value).ToArray();
        var wrapped = master.Wrap(identity, key);
        Assert.Equal(key, master.Unwrap(identity, wrapped));
        Assert.Throws<IntegrityException>(() => master.Unwrap(identity with { Version = 4 }, wrapped));
        Assert.Throws<IntegrityException>(() => master.Unwrap(identity with { Owner = Guid.NewGuid() }, wrapped));
        Assert.Throws<IntegrityException>(() => master.Unwrap(identity with { Id = Guid.NewGuid() }, wrapped));
        Assert.Throws<IntegrityException>(() => MasterKey.Of(KeyShare.New(1), KeyShare.New(1)).Unwrap(identity, wrapped));
        for (var at = 0; at < wrapped.Length; at++)
        {
            var changed = wrapped.ToArray();
            changed[at] ^= 0x40;
            Assert.Throws<IntegrityException>(() => master.Unwrap(identity, changed));
        }
    }

    private string Given(string name, params KeyShare[] shares)
    {
        var path = _folder.File(name);
        if (File.Exists(path)) return path;
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, string.Join('\n', shares.Select(share => share.Reveal())));
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return path;
    }

    private static SharesRead Read(string first, string? second, string? variable = null) => new ShareSources(first, second, variable).Read();
}
