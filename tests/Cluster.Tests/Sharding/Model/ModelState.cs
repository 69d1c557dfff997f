using System.Runtime.InteropServices;

namespace Cluster.Tests.Sharding.Model;

internal enum Life : byte
{
    Alive,

    /// <summary>The process is gone and the database noticed.</summary>
    Killed,

    /// <summary>The machine is gone and the database did not notice: its sessions stay.</summary>
    Vanished,
}

internal enum Beat : byte
{
    None,
    Sent,
    Counted,
    ToldDown,
}

/// <summary>Where the loop stands that looks at the cluster.</summary>
internal enum Control : byte
{
    Idle,
    Viewed,
    Marking,
    MarkLocked,
    TakeHeld,
    Taken,
    ReleaseHeld,
}

internal enum Append : byte
{
    None,
    Sent,

    /// <summary>Holds the write lock of its node.</summary>
    Locked,

    /// <summary>Found its node to be the owner.</summary>
    Checked,
}

internal enum Handover : byte
{
    None,
    Emptying,

    /// <summary>Given back, but the entity is still in memory.</summary>
    LeftBehind,
}

/// <summary>One node, and what the database holds of it and does for it. Numbers are terms or ticks; term 0 is none.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal record struct NodeState
{
    public Life Life;
    public bool IsDown;
    public bool HasSession;

    /// <summary>Ticks for which it still serves.</summary>
    public byte Lease;
    public Beat Beat;

    /// <summary>Ticks since the heartbeat in flight was sent.</summary>
    public byte BeatAge;

    /// <summary>A heartbeat was counted since the other node looked.</summary>
    public bool BeatIsNew;
    public Control Control;
    public bool SawBeat;

    /// <summary>As it was read: 0 nobody, 1 this node, 2 the other.</summary>
    public byte SawOwner;
    public byte SawTerm;

    /// <summary>Ticks for which the other's beat stands still.</summary>
    public byte Count;
    public byte SinceLook;
    public bool IsOpen;
    public byte Term;
    public Handover Handover;

    /// <summary>The term in which the entity in memory was read.</summary>
    public byte EntityTerm;
    public Append Append;
    public byte AppendTerm;

    /// <summary>The database waits for the rest of it.</summary>
    public bool IsHalfSent;

    /// <summary>Its session is being ended.</summary>
    public bool IsDoomed;

    public readonly bool IsServing => Life == Life.Alive && IsOpen && Lease > 0;

    public readonly bool IsPresent => Life == Life.Alive && !IsDown;
}

/// <summary>Two nodes, one shard, one database.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal record struct World
{
    public NodeState A;
    public NodeState B;

    /// <summary>0 or 1, or 2 for nobody.</summary>
    public byte Owner;
    public byte Term;

    /// <summary>The latest term whose owner has read the entity.</summary>
    public byte ReadTerm;

    public const byte Nobody = 2;

    public readonly NodeState this[int node] => node == 0 ? A : B;

    public readonly World With(int node, in NodeState state) => node == 0 ? this with { A = state } : this with { B = state };

    public readonly bool Equals(World other) => Bytes(in this).SequenceEqual(Bytes(in other));

    public override readonly int GetHashCode()
    {
        var hash = default(HashCode);
        hash.AddBytes(Bytes(in this));
        return hash.ToHashCode();
    }

    private static ReadOnlySpan<byte> Bytes(in World world) => MemoryMarshal.AsBytes(new ReadOnlySpan<World>(in world));
}

/// <summary>What may happen next.</summary>
/// <param name="IsHarm">Nobody may count on it, or wants it.</param>
/// <param name="Fault">The rule that it breaks.</param>
internal readonly record struct Step(string Name, int Node, World Next, bool IsHarm = false, string? Fault = null);
