using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Actors.Users;
using Actors.Vaults;
using Api.Security;

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
    private static readonly Guid s_space = new("0197a000-0000-7000-8000-000000000002");

    private readonly Sealing _sealing;
    private readonly byte[] _emailKey;
    private readonly string _keyId;

    public People(Sealing sealing, MasterKey master)
    {
        _sealing = sealing;
        _keyId = master.Fingerprint;
        _emailKey = master.Derive("account e-mail address"u8);
    }

    public SealedPerson Seal(Guid userId, Person person)
    {
        var plaintext = JsonSerializer.SerializeToUtf8Bytes(person, PersonJson.Default.Person);
        try
        {
            return new SealedPerson(_sealing.Seal(s_space, userId, plaintext).Blob);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plaintext);
        }
    }

    /// <exception cref="CryptographicException">The person is damaged, of another user or under another key.</exception>
    public Person Open(Guid userId, ReadOnlyMemory<byte> blob) =>
        JsonSerializer.Deserialize(_sealing.Open(s_space, userId, new SealedBody(blob)), PersonJson.Default.Person)
        ?? throw new CryptographicException("The sealed person is empty.");

    /// <summary>HMAC-SHA-256 of the normalised address: the same for the same address, and nothing without the master key.</summary>
    public string EmailKey(string email) =>
        $"hmac-sha256:{_keyId}:{Convert.ToHexStringLower(HMACSHA256.HashData(_emailKey, Encoding.UTF8.GetBytes(EmailAddress.Normalise(email))))}";
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Person))]
internal sealed partial class PersonJson : JsonSerializerContext;
