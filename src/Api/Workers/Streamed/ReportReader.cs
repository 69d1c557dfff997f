using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Actors.Runs;

namespace Api.Workers.Streamed;

/// <summary>A <c>run:events</c> payload as far as the node understands it.</summary>
internal sealed record RunEventsFrame(Guid RunId, int Attempt, int From, ImmutableArray<RunReport> Reports);

/// <summary>The payload of <c>run:events</c> breaks the protocol; the message names the place.</summary>
internal sealed class ProtocolException(string message) : Exception(message)
{
    /// <summary>The attempt that reported it, where that much could be read.</summary>
    public HeldRun? Run { get; init; }
}

/// <summary>
/// Reads reports in one pass over the frame. Bodies (outputs, final states) are copied out as the bytes they came as and
/// never built up as objects. Field meanings: docs/worker-protocol.md.
/// </summary>
internal ref struct ReportReader
{
    private const int MaxDepth = 256;
    private readonly ReadOnlySpan<byte> _payload;
    private readonly DateTimeOffset _now;
    private readonly Func<Guid> _newId;
    private Utf8JsonReader _reader;
    private Guid? _runId;
    private int? _attempt;

    private ReportReader(ReadOnlySpan<byte> payload, DateTimeOffset now, Func<Guid> newId)
    {
        _payload = payload;
        _now = now;
        _newId = newId;
        _reader = new Utf8JsonReader(payload, new JsonReaderOptions { MaxDepth = MaxDepth });
    }

    /// <param name="now">Stands in for a missing or unreadable timestamp.</param>
    /// <param name="newId">Makes ids of bodies that come without one.</param>
    /// <exception cref="ProtocolException">The payload breaks the protocol.</exception>
    public static RunEventsFrame Read(ReadOnlySpan<byte> payload, DateTimeOffset now, Func<Guid> newId)
    {
        var reader = new ReportReader(payload, now, newId);
        try
        {
            return reader.ReadFrame();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or ProtocolException)
        {
            var run = reader is { _runId: { } id, _attempt: { } attempt } ? new HeldRun(id, attempt) : null;
            throw new ProtocolException(e is ProtocolException ? e.Message : "run:events: " + e.Message) { Run = run };
        }
    }

    private RunEventsFrame ReadFrame()
    {
        int? from = null;
        var reports = ImmutableArray<RunReport>.Empty;
        Expect(JsonTokenType.StartObject);
        while (NextProperty())
        {
            if (_reader.ValueTextEquals("run_id"u8))
            {
                _runId = ReadGuid();
            }
            else if (_reader.ValueTextEquals("attempt"u8))
            {
                _attempt = ReadInt();
            }
            else if (_reader.ValueTextEquals("from"u8))
            {
                from = ReadInt();
            }
            else if (_reader.ValueTextEquals("events"u8))
            {
                reports = ReadEvents();
            }
            else
            {
                SkipValue();
            }
        }

        return new RunEventsFrame(
            _runId ?? throw new ProtocolException("run:events: run_id is missing"),
            _attempt ?? throw new ProtocolException("run:events: attempt is missing"),
            from is >= 0 ? from.Value : throw new ProtocolException("run:events: from must be 0 or more"),
            reports);
    }

    private ImmutableArray<RunReport> ReadEvents()
    {
        Expect(JsonTokenType.StartArray);
        var reports = ImmutableArray.CreateBuilder<RunReport>();
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
        {
            if (_reader.TokenType != JsonTokenType.StartObject)
            {
                throw new ProtocolException($"run:events: event {reports.Count} is not an object");
            }

            reports.Add(ReadEvent(reports.Count));
        }

        return reports.DrainToImmutable();
    }

    private RunReport ReadEvent(int index)
    {
        var fields = new ReportFields();
        while (NextProperty())
        {
            ReadField(ref fields);
        }

        return fields.ToReport(_now, _newId)
            ?? throw new ProtocolException($"run:events: event {index} of type '{fields.Type}' is unknown or lacks a field");
    }

    private void ReadField(ref ReportFields fields)
    {
        switch (_reader.GetString())
        {
            case "type": fields.Type = ReadText(); break;
            case "timestamp": fields.At = ReadTimestamp(); break;
            case "step_id": fields.StepId = ReadOptionalGuid(); break;
            case "job_id": fields.JobId = ReadOptionalGuid(); break;
            case "input_dataclip_id": fields.InputDataclipId = ReadOptionalGuid(); break;
            case "output_dataclip_id": fields.OutputDataclipId = ReadOptionalGuid(); break;
            case "final_dataclip_id": fields.FinalDataclipId = ReadOptionalGuid(); break;
            case "source": fields.Source = ReadText(); break;
            case "level": fields.Level = ReadText(); break;
            case "message": fields.Message = System.Text.Encoding.UTF8.GetString(ReadRaw()); break;
            case "reason": fields.Reason = ReadText(); break;
            case "error_type": fields.ErrorType = ReadText(); break;
            case "error_message": fields.ErrorMessage = ReadText(); break;
            case "output": fields.Output = ReadRaw().ToArray(); break;
            case "output_error": fields.OutputTooLarge = ReadText() is not null; break;
            case "final_state": fields.FinalState = ReadRaw().ToArray(); break;
            case "duration": fields.DurationMs = ReadLong(); break;
            case "mem": fields.MemoryBytes = ReadMemory(); break;
            case "versions": fields.Versions = System.Text.Encoding.UTF8.GetString(ReadRaw()); break;
            case "webhook_response": fields.WebhookResponse = ReadRaw().ToArray(); break;
            default: SkipValue(); break;
        }
    }

    private bool NextProperty() => _reader.Read() && _reader.TokenType == JsonTokenType.PropertyName;

    private void Expect(JsonTokenType type)
    {
        if (!_reader.Read() || _reader.TokenType != type)
        {
            throw new ProtocolException($"run:events: expected {type}, found {_reader.TokenType}");
        }
    }

    private void SkipValue()
    {
        _reader.Read();
        _reader.Skip();
    }

    private ReadOnlySpan<byte> ReadRaw()
    {
        _reader.Read();
        var start = (int)_reader.TokenStartIndex;
        _reader.Skip();
        return _payload[start..(int)_reader.BytesConsumed];
    }

    private string? ReadText()
    {
        _reader.Read();
        switch (_reader.TokenType)
        {
            case JsonTokenType.String:
                return _reader.GetString();
            case JsonTokenType.Null:
                return null;
            default:
                _reader.Skip();
                return null;
        }
    }

    private Guid ReadGuid()
    {
        _reader.Read();
        return _reader.GetGuid();
    }

    private Guid? ReadOptionalGuid()
    {
        _reader.Read();
        return _reader.TokenType == JsonTokenType.Null ? null : _reader.GetGuid();
    }

    private int ReadInt()
    {
        _reader.Read();
        return _reader.GetInt32();
    }

    private long ReadLong()
    {
        _reader.Read();
        return _reader.TokenType == JsonTokenType.Number ? (long)_reader.GetDouble() : 0;
    }

    private long ReadMemory()
    {
        _reader.Read();
        if (_reader.TokenType != JsonTokenType.StartObject)
        {
            _reader.Skip();
            return 0;
        }

        var job = 0L;
        while (NextProperty())
        {
            if (_reader.ValueTextEquals("job"u8))
            {
                job = ReadLong();
            }
            else
            {
                SkipValue();
            }
        }

        return job;
    }

    /// <summary>Microseconds since the epoch as text; 13 digits are milliseconds (openfn-protocol 5.2).</summary>
    private DateTimeOffset? ReadTimestamp()
    {
        _reader.Read();
        var text = _reader.TokenType switch
        {
            JsonTokenType.String => _reader.GetString()!,
            JsonTokenType.Number => _reader.GetInt64().ToString(CultureInfo.InvariantCulture),
            _ => "",
        };
        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value))
        {
            return null;
        }

        var micros = text.Length <= 13 ? value * 1_000 : value;
        return micros < 253_402_300_799_000_000 ? DateTimeOffset.UnixEpoch.AddMicroseconds(micros) : null;
    }
}
