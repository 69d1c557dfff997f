using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;

namespace Cluster.Sealing;

/// <summary>The versions of the master key that this node has, as far as the store knows them.</summary>
internal sealed class MasterKeys
{
    private readonly Lock _gate = new();
    private volatile Snapshot _now = new(ImmutableDictionary<int, MasterKey>.Empty, [], 0);

    /// <summary>Versions of which the node has both shares, in the form in which it reports them.</summary>
    public string Held => string.Join(' ', _now.Keys.Keys.Order().Select(static version => version.ToString(CultureInfo.InvariantCulture)));

    public ImmutableArray<MasterKeyRow> Rows => _now.Rows;

    /// <exception cref="KeysSealedException">This node has not its shares.</exception>
    public MasterKey Active => Find(_now.Active);

    /// <exception cref="KeysSealedException">This node has not its shares.</exception>
    public MasterKey Find(int version) =>
        _now.Keys.GetValueOrDefault(version) ?? throw new KeysSealedException(Missing(version));

    public bool Has(int version) => _now.Keys.ContainsKey(version);

    /// <summary>Takes over what the store says of the versions, and the keys that fit it. Keys of retired versions are let go.</summary>
    /// <param name="keys">Beside those held before.</param>
    /// <returns>What is wrong, for operators; null if this node may use the store's keys.</returns>
    public string? Update(IEnumerable<MasterKeyRow> rows, IEnumerable<MasterKey> keys)
    {
        lock (_gate)
        {
            return UpdateLocked(rows, keys);
        }
    }

    private string? UpdateLocked(IEnumerable<MasterKeyRow> rows, IEnumerable<MasterKey> keys)
    {
        ImmutableArray<MasterKeyRow> known = [.. rows];
        var held = ImmutableDictionary.CreateBuilder<int, MasterKey>();
        foreach (var key in _now.Keys.Values.Concat(keys))
        {
            var row = known.FirstOrDefault(row => row.Version == key.Version);
            if (row is null || row.State == MasterStates.Retired)
            {
                continue;
            }

            if (!CryptographicOperations.FixedTimeEquals(row.CheckValue, key.CheckValue))
            {
                return $"The shares of version {key.Version} do not open this store: one of them is of another cluster.";
            }

            held[key.Version] = key;
        }

        var active = known.FirstOrDefault(static row => row.State == MasterStates.Active)?.Version ?? 0;
        _now = new Snapshot(held.ToImmutable(), known, active);
        return known.FirstOrDefault(row => row.State is (MasterStates.Active or MasterStates.Retiring) && !held.ContainsKey(row.Version)) is { } lacking
            ? Missing(lacking.Version)
            : null;
    }

    private static string Missing(int version) => $"A share of version {version} of the master key is missing.";

    private sealed record Snapshot(ImmutableDictionary<int, MasterKey> Keys, ImmutableArray<MasterKeyRow> Rows, int Active);
}
