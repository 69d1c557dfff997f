using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Actors.Users;
using Actors.Vaults;
using Api.Security;
using Cluster.Sealing;

namespace Api.Accounts;

/// <summary>What is known of a person. Stored sealed, in the user's entity and row only.</summary>
internal sealed record Person(string Name, string Email)
{
    public override string ToString() => "a person";
}

/// <summary>Seals people, each bound to their user's id, and makes the keys by which accounts are found by address.</summary>
internal sealed class People
{
    /// <summary>Tells the seals of people apart from those of vaults.</summary>
    public static readonly Guid Space = new("0197a000-0000-7000-8000-000000000002");

    private readonly Sealing _sealing;
    private readonly byte[] _emailKey;
    private readonly string _keyId;

    public People(Sealing sealing, RootKey root)
    {
        _sealing = sealing;
        _keyId = root.Fingerprint;
        _emailKey = root.Derive("account e-mail address"u8);
    }

    public async ValueTask<SealedPerson> SealAsync(Guid userId, Person person, CancellationToken cancellationToken)
    {
        var plaintext = JsonSerializer.SerializeToUtf8Bytes(person, PersonJson.Default.Person);
        try
        {
            return new SealedPerson((await _sealing.SealAsync(userId, Space, userId, plaintext, cancellationToken)).Blob);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plaintext);
        }
    }

    /// <exception cref="IntegrityException">The person is damaged or of another user.</exception>
    /// <exception cref="KeyDestroyedException">The user's key was destroyed.</exception>
    public async ValueTask<Person> OpenAsync(Guid userId, ReadOnlyMemory<byte> blob, CancellationToken cancellationToken) =>
        JsonSerializer.Deserialize(
            await _sealing.OpenAsync(Space, userId, new SealedBody(blob), cancellationToken), PersonJson.Default.Person)
        ?? throw new IntegrityException("A sealed person is empty.");

    /// <summary>HMAC-SHA-256 of the normalised address: the same for the same address, and nothing without the root key.</summary>
    public string EmailKey(string email) =>
        $"hmac-sha256:{_keyId}:{Convert.ToHexStringLower(HMACSHA256.HashData(_emailKey, Encoding.UTF8.GetBytes(EmailAddress.Normalise(email))))}";
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Person))]
internal sealed partial class PersonJson : JsonSerializerContext;
