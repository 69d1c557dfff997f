using System.Text.Json;
using Actors.Audit;
using Actors.Instance;
using Api.ReadModels;
using Cluster.Entities;
using Cluster.Journal;

namespace Api.Audit;

/// <summary>Entries about the instance's settings: each that changed, before and after.</summary>
internal sealed class InstanceTrail(AuditRows audit) : ITrail<InstanceState, InstanceEvent>
{
    private const string ContactField = "contact";

    public void Record(RowBatch rows, in DecisionContext context, InstanceState before, InstanceState after, InstanceEvent @event) =>
        audit.Add(rows, context, new AuditFact(AuditActions.InstanceSettingsUpdated)
        {
            ItemType = "instance",
            ItemId = context.Entity.Id,
            Details = AuditDetails.Of(writer => WriteChanges(writer, before.Settings, after.Settings)),
        });

    /// <summary>Of all settings, those to come too; whom to ask may be a person, so that only the fact is told.</summary>
    private static void WriteChanges(Utf8JsonWriter writer, InstanceSettings before, InstanceSettings after)
    {
        var (old, now) = (Fields(before), Fields(after));
        foreach (var name in old.Keys.Union(now.Keys).Order(StringComparer.Ordinal))
        {
            if (name == ContactField) continue;
            writer.WriteChange(name, old.GetValueOrDefault(name), now.GetValueOrDefault(name));
        }

        if (before.Contact != after.Contact) writer.WriteBoolean("contactChanged"u8, true);
    }

    private static Dictionary<string, string?> Fields(InstanceSettings settings) =>
        JsonSerializer.SerializeToElement(settings, DefinitionJson.Default.InstanceSettings).EnumerateObject()
            .ToDictionary(static field => field.Name, static field => (string?)field.Value.ToString(), StringComparer.Ordinal);
}
