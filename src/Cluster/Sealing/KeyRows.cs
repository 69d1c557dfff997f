namespace Cluster.Sealing;

/// <summary>A row of <c>master_keys</c>.</summary>
public sealed class MasterKeyRow
{
    public int Version { get; init; }

    /// <summary>One of <see cref="MasterStates"/>.</summary>
    public string State { get; init; } = "";

    public byte[] CheckValue { get; init; } = [];

    public long Changed { get; init; }

    public DateTimeOffset CreatedAt { get; init; }
}

public static class MasterStates
{
    /// <summary>Registered; nodes are getting its shares.</summary>
    public const string Pending = "pending";

    /// <summary>New data keys are wrapped by it.</summary>
    public const string Active = "active";

    /// <summary>What is sealed under data keys of its time is being sealed anew.</summary>
    public const string Retiring = "retiring";

    /// <summary>It opens nothing.</summary>
    public const string Retired = "retired";
}

/// <summary>A row of <c>data_keys</c> as it is needed to unwrap it.</summary>
public sealed class DataKeyRow
{
    public Guid Id { get; init; }

    public Guid Owner { get; init; }

    public int Version { get; init; }

    public int MasterVersion { get; init; }

    public byte[] Wrapped { get; init; } = [];

    /// <summary>One of <see cref="DataKeyStates"/>.</summary>
    public string State { get; init; } = "";

    internal KeyIdentity Identity => new(Id, Owner, Version);
}

public static class DataKeyStates
{
    /// <summary>New data of the owner is sealed under it.</summary>
    public const string Current = "current";

    /// <summary>It opens what was sealed before.</summary>
    public const string Old = "old";

    /// <summary>Nothing is left of the owner's keys but this mark.</summary>
    public const string Destroyed = "destroyed";
}

/// <summary>A change that every node has to notice.</summary>
public sealed class KeyChange
{
    public Guid Owner { get; init; }

    public long Changed { get; init; }
}

/// <summary>What a node has noticed.</summary>
public sealed class KeyNodeRow
{
    public Guid Node { get; init; }

    /// <summary>Versions of the master key whose shares it has, in order, with blanks between.</summary>
    public string Versions { get; init; } = "";

    public long Seen { get; init; }

    public bool Has(int version) =>
        Versions.Split(' ', StringSplitOptions.RemoveEmptyEntries).Contains(version.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparer.Ordinal);
}

/// <summary>How far the walk over one kind of stored values has come.</summary>
public sealed class KeyWalkRow
{
    public string Name { get; init; } = "";

    /// <summary>Where it goes on; its own business.</summary>
    public string Position { get; init; } = "";

    public long Seen { get; init; }

    public long Resealed { get; init; }

    /// <summary>Wiped, or of a destroyed key.</summary>
    public long Skipped { get; init; }

    /// <summary>They failed their check.</summary>
    public long Damaged { get; init; }

    public bool Ended { get; init; }
}

/// <summary>How many data keys there are of a state and a master key.</summary>
public sealed class KeyCount
{
    public int MasterVersion { get; init; }

    public string State { get; init; } = "";

    public long Count { get; init; }

    public long MostUses { get; init; }
}
