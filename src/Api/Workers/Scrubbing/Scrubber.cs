using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Actors.Runs;

namespace Api.Workers.Scrubbing;

/// <summary>
/// Replaces the secrets of a run's credentials by <c>***</c> in everything that the run reports: log lines, errors, outputs and the
/// answers of webhooks. Which values are secrets: <see cref="SecretValues"/>; in which forms they are found: <see cref="SecretForms"/>.
/// </summary>
internal sealed class Scrubber
{
    /// <summary>Of secrets in all credentials of a run together. With more nothing of the run is shown.</summary>
    public const int MaxSecrets = 2_000;

    private const string Hidden = "[\"***\"]";
    private static readonly byte[] s_hidden = "\"***\""u8.ToArray();

    /// <summary>Made when the run first reports: many runs of a claim may never come to it here.</summary>
    private readonly Lazy<SecretScan>? _scan;
    private readonly bool _hidesAll;

    private Scrubber(Lazy<SecretScan>? scan, bool hidesAll) => (_scan, _hidesAll) = (scan, hidesAll);

    /// <summary>For a run without credentials.</summary>
    public static Scrubber None { get; } = new(null, hidesAll: false);

    /// <summary>For a run whose credentials cannot be read any more: what cannot be checked is not shown.</summary>
    public static Scrubber All { get; } = new(null, hidesAll: true);

    /// <param name="bodies">Credentials as JSON, as the run's jobs get them.</param>
    public static Scrubber For(IEnumerable<ReadOnlyMemory<byte>> bodies)
    {
        var secrets = new HashSet<string>(StringComparer.Ordinal);
        foreach (var body in bodies)
        {
            using var document = JsonDocument.Parse(body);
            foreach (var secret in SecretValues.Of(document.RootElement).Where(static value => value.Length >= SecretForms.Shortest)) secrets.Add(secret);
            if (secrets.Count > MaxSecrets) return All;
        }

        return secrets.Count == 0 ? None : new Scrubber(new(() => new SecretScan(secrets.SelectMany(SecretForms.Of))), hidesAll: false);
    }

    /// <param name="text">A JSON array of log arguments, or a plain message.</param>
    public string Scrub(string text)
    {
        if (_hidesAll) return Hidden;
        if (_scan is not { Value: { } scan }) return text;
        if (!scan.IsIn(text) && !text.Contains('\\', StringComparison.Ordinal)) return text;
        try
        {
            ReadOnlyMemory<byte> json = Encoding.UTF8.GetBytes(text);
            return JsonScrub.Hide(scan, json) is var hidden && hidden.Equals(json) ? text : Encoding.UTF8.GetString(hidden.Span);
        }
        catch (JsonException)
        {
            return scan.Hide(text);
        }
    }

    public ImmutableArray<RunReport> Scrub(ImmutableArray<RunReport> reports) => this == None ? reports : [.. reports.Select(Scrub)];

    private RunReport Scrub(RunReport report) => report switch
    {
        RunReport.Log log => log with { Message = Scrub(log.Message) },
        RunReport.StepComplete step => step with
        {
            ErrorType = Plain(step.ErrorType),
            ErrorMessage = Plain(step.ErrorMessage),
            Output = Scrub(step.Output),
            OutputTooLarge = step.OutputTooLarge || (_hidesAll && step.Output is not null),
            WebhookResponse = Scrub(step.WebhookResponse),
        },
        RunReport.Complete complete => complete with
        {
            ErrorType = Plain(complete.ErrorType),
            ErrorMessage = Plain(complete.ErrorMessage),
            FinalState = Scrub(complete.FinalState),
        },
        _ => report,
    };

    private string? Plain(string? message) => message is null ? null : _hidesAll ? SecretScan.Mask : _scan!.Value.Hide(message);

    /// <summary>What cannot be searched is not kept: the step says that its output is lost.</summary>
    private DataclipBody? Scrub(DataclipBody? body)
    {
        if (body is null || _hidesAll) return null;
        try
        {
            return body with { Body = JsonScrub.Hide(_scan!.Value, body.Body) };
        }
        catch (JsonException)
        {
            return body with { Body = s_hidden };
        }
    }
}
