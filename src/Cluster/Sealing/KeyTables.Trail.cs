namespace Cluster.Sealing;

/// <remarks>This part: what is to be recorded of keys. It is noted in the transaction of what happened, also by an operator's command.</remarks>
public sealed partial class KeyTables
{
    /// <summary>In the order in which it happened.</summary>
    public Task<List<KeyTrailRow>> TrailAsync(int most) =>
        ListAsync<KeyTrailRow>(
            "SELECT number AS Number, step AS Step, version AS Version, owner AS Owner FROM key_trail ORDER BY number LIMIT @most", new { most });

    public Task ForgetTrailAsync(long number) => RunAsync("DELETE FROM key_trail WHERE number = @number", new { number });

    private async Task NoteAsync(bool hasHappened, long number, string step, int version, Guid? owner)
    {
        if (hasHappened)
        {
            await RunAsync("INSERT INTO key_trail (number, step, version, owner) VALUES (@number, @step, @version, @owner)", new { number, step, version, owner })
                .ConfigureAwait(false);
        }
    }
}

/// <summary>A row of <c>key_trail</c>.</summary>
public sealed class KeyTrailRow
{
    public long Number { get; init; }

    /// <summary>One of <see cref="KeySteps"/>.</summary>
    public string Step { get; init; } = "";

    /// <summary>Of the master key; 0 where it is about an owner.</summary>
    public int Version { get; init; }

    /// <summary>Whose keys were destroyed.</summary>
    public Guid? Owner { get; init; }
}

public static class KeySteps
{
    public const string Registered = "registered";
    public const string Abandoned = "abandoned";
    public const string Activated = "activated";
    public const string Finished = "finished";
    public const string Destroyed = "destroyed";
}

/// <summary>Where is recorded what happened to keys.</summary>
public interface IKeyTrail
{
    /// <returns>True once it is durable. It may be told again after a crash.</returns>
    Task<bool> RecordAsync(KeyTrailRow step, CancellationToken cancellationToken);
}
