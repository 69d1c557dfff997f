using System.Text.Json.Serialization;
using Cluster.Entities;

namespace Cluster.Tests.Entities;

/// <summary>Commands of a counter, and the value that it answers with.</summary>
internal sealed class CounterMessages() : JsonMessageCodec<CounterCommand, long?>(Json.CounterCommand, Json.NullableInt64)
{
    private static readonly CounterMessageJson Json = new(Options(CounterMessageJson.Default));
}

[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(CounterCommand))]
[JsonSerializable(typeof(long?))]
internal sealed partial class CounterMessageJson : JsonSerializerContext;
