using Actors.Submissions;
using static Actors.Tests.Support.Sample;

namespace Actors.Tests.Messages;

/// <summary>Messages of an idempotency key.</summary>
internal static class SubmissionSamples
{
    private static readonly Reservation Reservation = new("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", Id(1), Id(2));

    public static MessageSet Set { get; } = new(
        "submission",
        new SubmissionMessages(),
        [typeof(SubmissionCommand), typeof(SubmissionReply)],
        [new SubmissionCommand.Reserve(Reservation)],
        [new SubmissionReply.Reserved(Reservation)]);
}
