using Actors.Operations;
using Actors.Tests.Support;
using static Actors.Tests.Support.Sample;

namespace Actors.Tests.Messages;

/// <summary>Messages of a bulk operation: each with every optional part, and without.</summary>
internal static class OperationSamples
{
    private static readonly OperationFilter Bare = new([], null, null, null, At(2), null, []);

    private static readonly OperationState Full = new(
        OperationStatus.Stopped,
        AnOperation.Listed,
        3,
        [Id(93)],
        "cursor",
        230,
        200,
        28,
        2,
        [new ItemRefusal(Id(94), "run_final", "ended <ü>"), new ItemRefusal(Id(95), "not_found", null)],
        At(0),
        At(1),
        At(2))
    {
        Id = AnOperation.OperationId,
    };

    public static MessageSet Set { get; } = new(
        "bulk-operation", new OperationMessages(), [typeof(OperationCommand), typeof(OperationReply)], Commands(), Replies());

    private static object[] Commands() =>
    [
        new OperationCommand.Start(AnOperation.Filtered),
        new OperationCommand.Start(AnOperation.Filtered with { Filter = Bare }),
        new OperationCommand.Start(AnOperation.Listed),
        new OperationCommand.Take(1, [Id(91), Id(92)], "cursor"),
        new OperationCommand.Take(2, [], null),
        new OperationCommand.Advance(1, 98, 1, 1, Full.Refusals),
        new OperationCommand.Stop(),
        new OperationCommand.Look(),
        new OperationCommand.Start(AnOperation.Limited),
    ];

    private static object[] Replies() =>
    [
        new OperationReply.Present(Full),
        new OperationReply.Present(OperationState.Absent),
    ];
}
