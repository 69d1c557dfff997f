using Cluster.Entities;

namespace Actors.Submissions;

/// <summary>
/// What an idempotency key stands for: one work order per key and project for 24 hours. The first request with a key reserves
/// the ids that its work order will have, before there is one; whoever repeats the request gets the same ids, and makes the work order
/// should the first request not have come that far.
/// </summary>
public sealed class SubmissionBehavior : IEntityBehavior<SubmissionState, SubmissionCommand, SubmissionEvent>
{
    /// <summary>How long a key stands for its work order, counted from the first request.</summary>
    public static readonly TimeSpan Term = TimeSpan.FromHours(24);

    public SubmissionState Initial => SubmissionState.Absent;

    public Decision<SubmissionEvent> Decide(SubmissionState state, SubmissionCommand command, in DecisionContext context)
    {
        var wanted = ((SubmissionCommand.Reserve)command).Reservation;
        if (state.Reservation is not { } present || context.Now - state.At >= Term)
        {
            return Decision<SubmissionEvent>.Persist(
                new SubmissionEvent.Reserved(wanted, context.Now), new SubmissionReply.Reserved(wanted));
        }

        return present.Fingerprint == wanted.Fingerprint
            ? Decision<SubmissionEvent>.Answer(new SubmissionReply.Reserved(present))
            : SubmissionRefusals.KeyReused();
    }

    public SubmissionState Evolve(SubmissionState state, SubmissionEvent @event)
    {
        var reserved = (SubmissionEvent.Reserved)@event;
        return new SubmissionState(reserved.Reservation, reserved.At);
    }

    public IEnumerable<Effect> React(SubmissionState state, SubmissionEvent @event) => [];

    public IEnumerable<Effect> Resume(SubmissionState state) => [];
}
