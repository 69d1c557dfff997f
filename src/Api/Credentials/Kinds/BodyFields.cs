using System.Collections.Immutable;
using System.Text.Json;
using Cluster.Entities;

namespace Api.Credentials.Kinds;

/// <summary>Reads the fields of a body and gathers what is wrong with them. A value never gets into a fault.</summary>
/// <param name="body">An object.</param>
internal sealed class BodyFields(JsonElement body)
{
    private readonly ImmutableArray<FieldFault>.Builder _faults = ImmutableArray.CreateBuilder<FieldFault>();

    public ImmutableArray<FieldFault> Faults => _faults.ToImmutable();

    public bool IsSound => _faults.Count == 0;

    /// <summary>Null if it is no text, or an empty one.</summary>
    public string? Value(string name) =>
        body.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;

    public void Text(string name) => Unless(Value(name) is not null, name, "must be a text that is not empty");

    public void OptionalText(string name) =>
        Unless(!body.TryGetProperty(name, out var value) || value.ValueKind is JsonValueKind.String or JsonValueKind.Null, name, "must be a text");

    public void Unless(bool kept, string name, string rule)
    {
        if (!kept) _faults.Add(new FieldFault("/body/" + name, rule));
    }
}
