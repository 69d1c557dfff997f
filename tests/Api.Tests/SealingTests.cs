using System.Security.Cryptography;
using System.Text;
using Actors.Vaults;
using Api.Security;
using Cluster.Kit;

namespace Api.Tests;

public sealed class SealingTests : IDisposable
{
    private static readonly byte[] Plain = Encoding.UTF8.GetBytes("""{"password":"p"}""");
    private readonly TempFolder _folder = new();
    private readonly Guid _vault = Guid.NewGuid();
    private readonly Guid _credential = Guid.NewGuid();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_is_sealed_opens_with_the_key_read_back_from_its_file()
    {
        var body = Sealing().Seal(_vault, _credential, Plain);
        Assert.Equal(Plain, Sealing().Open(_vault, _credential, body));
    }

    [Fact]
    public void A_body_does_not_open_for_another_credential_or_vault()
    {
        var body = Sealing().Seal(_vault, _credential, Plain);
        Assert.ThrowsAny<CryptographicException>(() => Sealing().Open(_vault, Guid.NewGuid(), body));
        Assert.ThrowsAny<CryptographicException>(() => Sealing().Open(Guid.NewGuid(), _credential, body));
    }

    [Fact]
    public void A_body_does_not_open_under_another_key()
    {
        var body = Sealing("other.key").Seal(_vault, _credential, Plain);
        Assert.ThrowsAny<CryptographicException>(() => Sealing().Open(_vault, _credential, body));
    }

    [Fact]
    public void No_byte_of_a_sealed_body_can_be_changed()
    {
        var sealing = Sealing();
        var blob = sealing.Seal(_vault, _credential, Plain).Blob.ToArray();
        for (var at = 0; at < blob.Length; at++)
        {
            var changed = blob.ToArray();
            changed[at] ^= 1;
            Assert.ThrowsAny<CryptographicException>(() => sealing.Open(_vault, _credential, new SealedBody(changed)));
        }

        for (var length = 0; length < blob.Length; length++)
        {
            var cut = blob[..length];
            Assert.ThrowsAny<CryptographicException>(() => sealing.Open(_vault, _credential, new SealedBody(cut)));
        }
    }

    [Fact]
    public void The_same_body_is_sealed_differently_each_time() =>
        Assert.NotEqual(
            Sealing().Seal(_vault, _credential, Plain).Blob.ToArray(),
            Sealing().Seal(_vault, _credential, Plain).Blob.ToArray());

    [Fact]
    public void A_damaged_key_file_refuses_the_start()
    {
        File.WriteAllBytes(_folder.File("short.key"), new byte[31]);
        Assert.Throws<KeyRefusedException>(() => Sealing("short.key"));
    }

    private Sealing Sealing(string file = "master.key") => new(MasterKey.Open(_folder.File(file)));
}
