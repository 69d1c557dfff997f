namespace EndToEnd.Chaos.Faults;

internal enum Fault
{
    /// <summary>SIGKILL to a node's process; its worker ends because nobody is there.</summary>
    KillNode,

    /// <summary>SIGKILL to a node with its worker and all children, as a machine that loses power.</summary>
    KillMachine,

    /// <summary>A node and its worker stand still for longer than the failure time-out, then go on.</summary>
    Freeze,

    /// <summary>A node alone stands still for longer than the failure time-out, then goes on; its worker lives.</summary>
    FreezeNodeOnly,

    /// <summary>A node stands still for less than any time-out.</summary>
    Hiccup,

    /// <summary>Two nodes cannot reach each other; both reach the database.</summary>
    CutPair,

    /// <summary>One node cannot reach another, which reaches it.</summary>
    CutOneWay,

    /// <summary>Connections between nodes are reset.</summary>
    ResetPeers,

    /// <summary>A node cannot reach the database for longer than the failure time-out.</summary>
    CutDatabase,

    /// <summary>A node cannot reach the database for less than any time-out.</summary>
    BlinkDatabase,

    /// <summary>A node's connections to the database are reset.</summary>
    ResetDatabase,

    /// <summary>The database's side of a node's connections ends; what the node sends goes nowhere.</summary>
    HalfCloseDatabase,

    /// <summary>A node's wire to the database is slow.</summary>
    SlowDatabase,

    /// <summary>SIGKILL to PostgreSQL and all its sessions; it starts again after a while.</summary>
    KillDatabase,

    /// <summary>A node's wall clock jumps, by hours, forward or back.</summary>
    ShiftClock,

    /// <summary>SIGTERM to a node, which must end well, and a restart.</summary>
    Stop,

    /// <summary>A node is asked through the database to leave; it must hand over and end well.</summary>
    Drain,
}
