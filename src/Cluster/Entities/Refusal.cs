using System.Collections.Immutable;

namespace Cluster.Entities;

/// <summary>What a refusal means to the caller. The API maps each kind to one HTTP status.</summary>
public enum RefusalKind
{
    /// <summary>The command is malformed or breaks a rule of its own (422).</summary>
    Invalid,

    /// <summary>What the command names does not exist (404).</summary>
    NotFound,

    /// <summary>The command contradicts the present state (409).</summary>
    Conflict,

    /// <summary>The caller decided on an older version than the present one (412).</summary>
    VersionMismatch,

    /// <summary>What the command names existed and is gone for good (410).</summary>
    Gone,

    /// <summary>A bound of the system is reached; the same command may succeed later (503).</summary>
    Overloaded,
}

/// <summary>One faulty field of a command.</summary>
/// <param name="Field">Path of the field in the caller's words, e.g. <c>jobs.load.adaptor</c>.</param>
/// <param name="Rule">The broken rule as a sentence a person can act on.</param>
public sealed record FieldFault(string Field, string Rule);

/// <summary>A typed "no" of a behaviour: nothing was changed.</summary>
/// <param name="Code">Stable, snake_case, part of the public API.</param>
public sealed record Refusal(RefusalKind Kind, string Code, string Message, ImmutableArray<FieldFault> Faults)
{
    public Refusal(RefusalKind kind, string code, string message)
        : this(kind, code, message, [])
    {
    }
}
