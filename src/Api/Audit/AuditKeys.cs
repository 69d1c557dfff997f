using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using Cluster.Sealing;

namespace Api.Audit;

/// <summary>
/// The keys of the audit trail, each derived (HKDF, RFC 5869) from the root key for one purpose, so that every node has the same
/// and none is stored. Whoever can write to the database but has not the root key can make neither codes nor signatures.
/// </summary>
internal sealed class AuditKeys : IDisposable
{
    private const int KeyBytes = 32;
    private readonly byte[] _entries;
    private readonly byte[] _links;
    private readonly byte[] _addresses;
    private readonly string _keyId;

    public AuditKeys(RootKey root)
    {
        _keyId = root.Fingerprint;
        _entries = root.Derive("audit entry mac"u8);
        _links = root.Derive("audit link mac"u8);
        _addresses = root.Derive("audit address tag"u8);
        Signing = MakeSigning(root.Derive("audit checkpoint signature"u8, 48));
        PublicPem = Signing.ExportSubjectPublicKeyInfoPem();
        SigningId = Convert.ToHexStringLower(SHA256.HashData(Signing.ExportSubjectPublicKeyInfo()).AsSpan(0, 8));
    }

    /// <summary>Of checkpoints: ECDSA P-256.</summary>
    public ECDsa Signing { get; }

    /// <summary>Names the public part of <see cref="Signing"/>.</summary>
    public string SigningId { get; }

    public string PublicPem { get; }

    /// <summary>As stored: <c>hmac-sha256:KEYID:CODE</c>.</summary>
    public string EntryMac(ReadOnlySpan<byte> digest) => Mac(_entries, digest);

    public bool IsEntryMac(ReadOnlySpan<byte> digest, string mac) => AreEqual(EntryMac(digest), mac);

    public string LinkMac(string text) => Mac(_links, Encoding.UTF8.GetBytes(text));

    public bool IsLinkMac(string text, string mac) => AreEqual(LinkMac(text), mac);

    /// <summary>Tells apart addresses of one network, and says nothing about them to whoever has not the key.</summary>
    public string AddressTag(ReadOnlySpan<byte> address) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(_addresses, address).AsSpan(0, 8));

    public void Dispose() => Signing.Dispose();

    private string Mac(byte[] key, ReadOnlySpan<byte> of) =>
        string.Create(CultureInfo.InvariantCulture, $"hmac-sha256:{_keyId}:{Convert.ToHexStringLower(HMACSHA256.HashData(key, of))}");

    private static bool AreEqual(string expected, string given) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(expected), Encoding.UTF8.GetBytes(given));

    /// <summary>A private key from 384 derived bits: 128 more than the order has, so that the remainder has no bias that matters
    /// (FIPS 186-5, A.2.1).</summary>
    private static ECDsa MakeSigning(byte[] bits)
    {
        var order = BigInteger.Parse("0FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551", NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        var d = (new BigInteger(bits, isUnsigned: true, isBigEndian: true) % (order - 1)) + 1;
        var scalar = new byte[KeyBytes];
        var written = d.ToByteArray(isUnsigned: true, isBigEndian: true);
        written.CopyTo(scalar, KeyBytes - written.Length);
        return ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = scalar });
    }
}
