using System.Text;
using Actors.Vaults;
using Api.Security;
using Api.Tests.Fixtures;
using Cluster.Sealing;
using Microsoft.Extensions.DependencyInjection;

namespace Api.Tests;

public sealed class SealingTests(SharedNode shared) : IClassFixture<SharedNode>
{
    private static readonly byte[] Plain = Encoding.UTF8.GetBytes("""{"password":"p"}""");
    private readonly Guid _vault = Guid.NewGuid();
    private readonly Guid _credential = Guid.NewGuid();

    private Sealing Sealing => shared.Node.Services.GetRequiredService<Sealing>();

    [Fact]
    public async Task What_is_sealed_opens() => Assert.Equal(Plain, await OpenAsync(await SealAsync()));

    [Fact]
    public async Task A_body_does_not_open_for_another_credential_or_vault()
    {
        var body = await SealAsync();
        await Assert.ThrowsAsync<IntegrityException>(async () => await Sealing.OpenAsync(_vault, Guid.NewGuid(), body, default));
        await Assert.ThrowsAsync<IntegrityException>(async () => await Sealing.OpenAsync(Guid.NewGuid(), _credential, body, default));
    }

    [Fact]
    public async Task A_body_does_not_open_when_its_owners_keys_are_destroyed()
    {
        var body = await SealAsync();
        await shared.Node.Services.GetRequiredService<DataKeys>().DestroyAsync(_vault, default);
        await Assert.ThrowsAsync<KeyDestroyedException>(() => OpenAsync(body));
        await Assert.ThrowsAsync<KeyDestroyedException>(SealAsync);
    }

    [Fact]
    public async Task No_byte_of_a_sealed_body_can_be_changed()
    {
        var blob = (await SealAsync()).Blob.ToArray();
        for (var at = 0; at < blob.Length; at++)
        {
            var changed = blob.ToArray();
            changed[at] ^= 1;
            await RefusedAsync(changed);
        }

        for (var length = 0; length < blob.Length; length++) await RefusedAsync(blob[..length]);
    }

    [Fact]
    public async Task The_same_body_is_sealed_differently_each_time() =>
        Assert.NotEqual((await SealAsync()).Blob.ToArray(), (await SealAsync()).Blob.ToArray());

    /// <summary>A byte of the key's id makes it the id of no key.</summary>
    private async Task RefusedAsync(byte[] blob)
    {
        var fault = await Record.ExceptionAsync(() => OpenAsync(new SealedBody(blob)));
        Assert.True(fault is IntegrityException or KeyDestroyedException, $"{fault}");
    }

    private async Task<SealedBody> SealAsync() => await Sealing.SealAsync(_vault, _vault, _credential, Plain, default);

    private async Task<byte[]> OpenAsync(SealedBody body) => await Sealing.OpenAsync(_vault, _credential, body, default);
}
