using Api.Hosting;
using Cluster.Sealing;

namespace Api.Keys;

/// <summary>The keys of a node as its shares let it have them: all, or none and the reason.</summary>
/// <param name="Ring">Null if the node is sealed.</param>
/// <param name="Fault">Why, for operators; it may name files. Null if the node is not sealed.</param>
internal sealed record NodeKeys(KeyRing? Ring, string? Fault)
{
    /// <exception cref="Cluster.Journal.JournalUnavailableException">The store does not answer.</exception>
    public static async Task<NodeKeys> OpenAsync(NodeSettings settings, NodeStore store, ILogger logger, CancellationToken cancellationToken)
    {
        var read = settings.ShareSources.Read();
        if (read.Warning is { } warning) KeyLog.Warned(logger, warning);
        if (read.Fault is not null) return new NodeKeys(null, read.Fault);
        try
        {
            return new NodeKeys(
                await KeyRing.OpenAsync(store.Keys, read.Masters, DataKeySettings.Default, TimeProvider.System, cancellationToken), null);
        }
        catch (KeysSealedException e)
        {
            return new NodeKeys(null, e.Message);
        }
    }
}

internal static partial class KeyLog
{
    [LoggerMessage(3500, LogLevel.Warning, "{Warning}")]
    public static partial void Warned(ILogger logger, string warning);

    [LoggerMessage(3501, LogLevel.Error,
        "This node is SEALED. {Fault} For a new store run `./cluster keys init`; docs/keys.md tells the rest. It looks again every {Seconds} s.")]
    public static partial void Sealed(ILogger logger, string fault, int seconds);

    [LoggerMessage(3502, LogLevel.Information, "The shares of the master key are there: this node is being unsealed")]
    public static partial void Unsealing(ILogger logger);

    [LoggerMessage(3503, LogLevel.Warning, "Whether the node can be unsealed is not known: {Reason}")]
    public static partial void NotAsked(ILogger logger, string reason);
}
