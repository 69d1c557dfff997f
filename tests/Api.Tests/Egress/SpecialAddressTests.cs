using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Api.Egress;

namespace Api.Tests.Egress;

/// <summary>The vectors are the worker's as well: node and jobs take the same addresses for public.</summary>
public sealed class SpecialAddressTests
{
    [Theory]
    [MemberData(nameof(Vectors), "special")]
    public void A_special_address_is_told(string address) => Assert.True(SpecialAddresses.Contains(IPAddress.Parse(address)));

    [Theory]
    [MemberData(nameof(Vectors), "public")]
    public void A_public_address_is_none(string address) => Assert.False(SpecialAddresses.Contains(IPAddress.Parse(address)));

    public static TheoryData<string> Vectors(string kind)
    {
        using var vectors = JsonDocument.Parse(File.ReadAllBytes(Source()));
        return [.. vectors.RootElement.GetProperty(kind).EnumerateArray().Select(static item => item.GetString()!)];
    }

    private static string Source([CallerFilePath] string file = "") =>
        Path.Combine(Path.GetDirectoryName(file)!, "..", "..", "Kit", "special-addresses.json");
}
