using Actors.Submissions;
using Actors.Tests.Support;
using Cluster.Entities;
using static Actors.Tests.Support.Sample;

namespace Actors.Tests.Submissions;

public sealed class SubmissionTests
{
    private static readonly Reservation First = new("hash-of-a", Id(1), Id(2));
    private static readonly Reservation Repeat = new("hash-of-a", Id(3), Id(4));
    private static readonly Reservation Other = new("hash-of-b", Id(5), Id(6));

    [Fact]
    public void The_first_request_with_a_key_gets_the_ids_it_brought() =>
        Given(At(1)).When(Reserve(First)).Then(new SubmissionEvent.Reserved(First, At(1)), new SubmissionReply.Reserved(First));

    [Fact]
    public void A_repeat_gets_the_ids_of_the_first_and_stores_nothing() =>
        Given(At(60), Reserved(First)).When(Reserve(Repeat)).ThenOnly(new SubmissionReply.Reserved(First));

    [Fact]
    public void Another_request_with_the_same_key_is_refused() =>
        Given(At(60), Reserved(First)).When(Reserve(Other)).ThenRefused(RefusalKind.Conflict, "idempotency_key_reused");

    [Fact]
    public void A_key_stands_for_its_work_order_until_24_hours_are_over()
    {
        var end = At(0) + TimeSpan.FromHours(24);
        Given(end.AddTicks(-1), Reserved(First)).When(Reserve(Repeat)).ThenOnly(new SubmissionReply.Reserved(First));
        Given(end, Reserved(First)).When(Reserve(Other))
            .Then(new SubmissionEvent.Reserved(Other, end), new SubmissionReply.Reserved(Other));
    }

    [Fact]
    public void The_term_begins_anew_with_the_next_work_order() =>
        Given(At(0) + TimeSpan.FromHours(30), Reserved(First), new SubmissionEvent.Reserved(Other, At(0) + TimeSpan.FromHours(25)))
            .When(Reserve(First)).ThenRefused(RefusalKind.Conflict, "idempotency_key_reused");

    private static Scenario<SubmissionState, SubmissionCommand, SubmissionEvent> Given(
        DateTimeOffset now, params IEnumerable<SubmissionEvent> events) =>
        new Scenario<SubmissionState, SubmissionCommand, SubmissionEvent>(
            new SubmissionBehavior(), new SubmissionCodec(), new EntityRef(EntityTypes.Submission, Id(9)), now).Given(events);

    private static SubmissionCommand Reserve(Reservation reservation) => new SubmissionCommand.Reserve(reservation);

    private static SubmissionEvent Reserved(Reservation reservation) => new SubmissionEvent.Reserved(reservation, At(0));
}
