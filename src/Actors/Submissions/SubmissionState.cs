namespace Actors.Submissions;

/// <summary>What a key stands for.</summary>
/// <param name="Fingerprint">Of the request: SHA-256 over what it was sent to and its body, in Base64.</param>
public sealed record Reservation(string Fingerprint, Guid RunId, Guid WorkOrderId);

/// <param name="Reservation">Null before the key was first used.</param>
/// <param name="At">When the key was first used with that request.</param>
public sealed record SubmissionState(Reservation? Reservation, DateTimeOffset At)
{
    public static SubmissionState Absent { get; } = new(null, default);
}
