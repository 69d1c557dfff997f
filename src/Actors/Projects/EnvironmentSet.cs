using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace Actors.Projects;

/// <summary>Names of environments of a project, such as <c>staging</c>: those that it has, or those that a member is limited to
/// (X12). In JSON the list of names; equal if they are, in their order.</summary>
[JsonConverter(typeof(EnvironmentSetConverter))]
public sealed partial record EnvironmentSet(ImmutableArray<string> Names)
{
    public const int Most = 10;

    /// <summary>Where everything belongs that names no environment, also what was stored before there were any.</summary>
    public const string Main = "main";

    /// <summary>What a project has unless it says otherwise.</summary>
    public static EnvironmentSet Usual { get; } = new([Main]);

    /// <summary>Where runs belong that name none: the first.</summary>
    [JsonIgnore]
    public string First => Names[0];

    /// <summary>The name as runs carry it: null for <see cref="Main"/>, so that who never heard of environments pays nothing.</summary>
    public static string? Carried(string name) => name == Main ? null : name;

    /// <summary>Whether a project could have an environment of that name.</summary>
    public static bool IsName(string text) => Pattern().IsMatch(text);

    public bool Contains(string name) => Names.Contains(name, StringComparer.Ordinal);

    public bool Equals(EnvironmentSet? other) =>
        other is not null && Names.AsSpan().SequenceEqual(other.Names.AsSpan());

    public override int GetHashCode() => Names.Length;

    /// <param name="within">Those that there are; null if these are they.</param>
    internal void Check(Faults faults, EnvironmentSet? within)
    {
        faults.AddUnless(Names.Length is >= 1 and <= Most, "environments", "must be 1 to 10 names");
        faults.AddUnless(Names.Distinct(StringComparer.Ordinal).Count() == Names.Length, "environments", "must not name one twice");
        for (var i = 0; i < Math.Min(Names.Length, Most); i++)
        {
            var name = Names[i];
            if (within is null)
            {
                faults.AddUnless(IsName(name), $"environments[{i}]", "must be 1 to 50 lower-case letters, digits and hyphens");
            }
            else
            {
                faults.AddUnless(within.Contains(name), $"environments[{i}]", "must be an environment of the project");
            }
        }
    }

    [GeneratedRegex(@"^[a-z0-9-]{1,50}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}

/// <summary>Public because other assemblies generate code for what holds a set.</summary>
public sealed class EnvironmentSetConverter : JsonConverter<EnvironmentSet>
{
    public override EnvironmentSet Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartArray) throw new JsonException();
        var names = ImmutableArray.CreateBuilder<string>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            names.Add(reader.TokenType == JsonTokenType.String ? reader.GetString()! : throw new JsonException());
        }

        return new EnvironmentSet(names.ToImmutable());
    }

    public override void Write(Utf8JsonWriter writer, EnvironmentSet value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        foreach (var name in value.Names)
        {
            writer.WriteStringValue(name);
        }

        writer.WriteEndArray();
    }
}
