using System.Buffers;
using System.Text.Json;
using Actors.Vaults;

namespace Api.Credentials.Kinds;

/// <summary>What job code finds in <c>state.configuration</c>: the body, in the form that adaptors expect.</summary>
internal static class Configurations
{
    /// <param name="body">JSON as the vault keeps it.</param>
    public static byte[] Of(CredentialKind kind, byte[] body) => kind switch
    {
        CredentialKind.ClientCertificate => WithTls(body),
        _ => body,
    };

    /// <summary>Certificate and key become <c>tls: {cert, key, ca}</c>, the options of Node.js that OpenFn's HTTP adaptors hand on.</summary>
    private static byte[] WithTls(byte[] body)
    {
        using var document = JsonDocument.Parse(body);
        var json = new ArrayBufferWriter<byte>(body.Length + 32);
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            foreach (var field in document.RootElement.EnumerateObject().Where(static one => one.Name is not ("certificate" or "privateKey" or "ca" or "tls")))
                field.WriteTo(writer);
            writer.WriteStartObject("tls"u8);
            Copy(document.RootElement, "certificate", writer, "cert");
            Copy(document.RootElement, "privateKey", writer, "key");
            Copy(document.RootElement, "ca", writer, "ca");
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return json.WrittenSpan.ToArray();
    }

    private static void Copy(JsonElement body, string name, Utf8JsonWriter writer, string target)
    {
        if (body.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String) writer.WriteString(target, value.GetString());
    }
}
