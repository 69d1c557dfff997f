using Api.Problems;

namespace Api.Intake;

/// <summary>What came of a request's body.</summary>
internal enum BodyFault
{
    None,
    TooLarge,
    Unsupported,
    Invalid,

    /// <summary>Large, and other large ones fill the memory that there is for them: it may be sent again.</summary>
    NoMemory,
}

internal static class BodyFaults
{
    /// <summary>Null for none.</summary>
    public static Problem? Problem(this BodyFault fault) => fault switch
    {
        BodyFault.None => null,
        BodyFault.TooLarge => Problems.Problem.Of(ProblemKinds.BodyTooLarge),
        BodyFault.NoMemory => Problems.Problem.Of(ProblemKinds.Overloaded),
        BodyFault.Unsupported => Problems.Problem.Of(ProblemKinds.UnsupportedMediaType),
        _ => Problems.Problem.Of(ProblemKinds.Invalid, "body", "is not valid JSON in UTF-8"),
    };
}
