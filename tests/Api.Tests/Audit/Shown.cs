using System.Text.Json;

namespace Api.Tests.Audit;

/// <summary>What tests look at in an entry.</summary>
internal static class Shown
{
    public static string Action(this JsonElement entry) => entry.GetProperty("action").GetString()!;

    public static Guid Actor(this JsonElement entry) => entry.GetProperty("actor").GetProperty("id").GetGuid();

    public static string ActorKind(this JsonElement entry) => entry.GetProperty("actor").GetProperty("kind").GetString()!;

    public static JsonElement Detail(this JsonElement entry, string field) => entry.GetProperty("details").GetProperty(field);

    /// <summary>A field before and after, empty for null.</summary>
    public static (string Before, string After) Change(this JsonElement entry, string field) =>
        (entry.Detail(field).GetProperty("before").ToString(), entry.Detail(field).GetProperty("after").ToString());
}
