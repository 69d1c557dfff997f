using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Actors.Runs;

namespace Api.Workers;

/// <summary>
/// Replaces the values of a run's credentials in texts by <c>***</c>: as they are, as JSON writes them, in base64 and in
/// percent encoding, and the base64 of <c>username:password</c>. Values shorter than four characters are left alone:
/// replacing them would destroy any text and hide nothing.
/// </summary>
internal sealed class Scrubber
{
    private const int ShortestSecret = 4;
    private readonly string[] _secrets;
    private readonly bool _hidesAll;

    private Scrubber(IEnumerable<string> secrets, bool hidesAll)
    {
        _secrets = [.. secrets.Distinct(StringComparer.Ordinal).OrderByDescending(secret => secret.Length)];
        _hidesAll = hidesAll;
    }

    /// <summary>For a run without credentials.</summary>
    public static Scrubber None { get; } = new([], hidesAll: false);

    /// <summary>For a run whose credentials cannot be read any more: what cannot be checked is not shown.</summary>
    public static Scrubber All { get; } = new([], hidesAll: true);

    /// <param name="bodies">Credential bodies as JSON.</param>
    public static Scrubber For(IEnumerable<ReadOnlyMemory<byte>> bodies)
    {
        var secrets = new List<string>();
        foreach (var body in bodies)
        {
            using var document = JsonDocument.Parse(body);
            Collect(document.RootElement, secrets);
            CollectBasicAuth(document.RootElement, secrets);
        }

        return secrets.Count == 0 ? None : new Scrubber(secrets, hidesAll: false);
    }

    /// <param name="text">A JSON array of log arguments, or a plain message.</param>
    public string Scrub(string text)
    {
        if (_hidesAll)
        {
            return "[\"***\"]";
        }

        foreach (var secret in _secrets)
        {
            text = text.Replace(secret, "***", StringComparison.Ordinal);
        }

        return text;
    }

    /// <summary>Texts that people read; bodies of dataclips are left as they are.</summary>
    public ImmutableArray<RunReport> Scrub(ImmutableArray<RunReport> reports) => this == None ? reports : [.. reports.Select(Scrub)];

    private RunReport Scrub(RunReport report) => report switch
    {
        RunReport.Log log => log with { Message = Scrub(log.Message) },
        RunReport.StepComplete { ErrorMessage: { } message } step => step with { ErrorMessage = Scrub(message) },
        RunReport.Complete { ErrorMessage: { } message } complete => complete with { ErrorMessage = Scrub(message) },
        _ => report,
    };

    private static void Collect(JsonElement element, List<string> secrets)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var property in element.EnumerateObject())
                {
                    Collect(property.Value, secrets);
                }

                break;
            case JsonValueKind.Array:
                foreach (var item in element.EnumerateArray())
                {
                    Collect(item, secrets);
                }

                break;
            case JsonValueKind.String:
                Add(element.GetString()!, secrets);
                break;
        }
    }

    private static void Add(string value, List<string> secrets)
    {
        if (value.Length < ShortestSecret)
        {
            return;
        }

        secrets.Add(value);
        secrets.Add(JsonEncodedText.Encode(value).Value);
        secrets.Add(JsonEncodedText.Encode(value, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping).Value);
        secrets.Add(Convert.ToBase64String(Encoding.UTF8.GetBytes(value)));
        secrets.Add(Uri.EscapeDataString(value));
    }

    private static void CollectBasicAuth(JsonElement body, List<string> secrets)
    {
        if (body.ValueKind == JsonValueKind.Object
            && body.TryGetProperty("username", out var user) && user.ValueKind == JsonValueKind.String
            && body.TryGetProperty("password", out var password) && password.ValueKind == JsonValueKind.String)
        {
            secrets.Add(Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user.GetString()}:{password.GetString()}")));
        }
    }
}
