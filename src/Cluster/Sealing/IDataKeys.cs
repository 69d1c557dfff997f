namespace Cluster.Sealing;

/// <summary>
/// The keys that stored data is sealed under. Each owner (a project, a vault, the instance itself) has its own, in versions;
/// what holds them keeps them wrapped, and every node finds the same.
/// </summary>
public interface IDataKeys
{
    /// <summary>The key that an owner's new data is sealed under now; the first one is made by this.</summary>
    /// <param name="uses">How often the caller will seal with it, 1 to <see cref="DataKey.MaxUses"/>. They are counted before they happen,
    /// so that a crash can only count too many.</param>
    /// <exception cref="KeysSealedException">This node has not the master key.</exception>
    /// <exception cref="KeyDestroyedException">The owner's keys were destroyed: nothing of it is stored any more.</exception>
    ValueTask<DataKey> CurrentAsync(Guid owner, int uses, CancellationToken cancellationToken);

    /// <summary>The key that a blob names.</summary>
    /// <exception cref="KeysSealedException">This node has not the master key.</exception>
    /// <exception cref="KeyDestroyedException">It was destroyed, or never was.</exception>
    ValueTask<DataKey> FindAsync(Guid keyId, CancellationToken cancellationToken);
}

/// <summary>A share of the master key is missing or weak: what needs a key waits until it is there.</summary>
public sealed class KeysSealedException(string reason) : Exception(reason);

/// <summary>The data is gone for good: its key was destroyed.</summary>
public sealed class KeyDestroyedException(Guid id) : Exception($"The key {id} was destroyed.")
{
    /// <summary>Of the owner or of the key, as it was asked for.</summary>
    public Guid Id { get; } = id;
}

/// <summary>A blob is damaged, stands in another place than it was sealed for, or was never sealed.</summary>
public sealed class IntegrityException(string message, Exception? inner = null) : Exception(message, inner);
