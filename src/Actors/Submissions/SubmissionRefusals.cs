using Cluster.Entities;

namespace Actors.Submissions;

/// <summary>Every way a key says no. The codes are part of the public API.</summary>
public static class SubmissionRefusals
{
    public const string KeyReusedCode = "idempotency_key_reused";

    internal static Refusal KeyReused() =>
        new(
            RefusalKind.Conflict,
            KeyReusedCode,
            "The idempotency key was used for another request in the last 24 hours.",
            [new FieldFault("Idempotency-Key", "must be a new one for a different request")]);
}
