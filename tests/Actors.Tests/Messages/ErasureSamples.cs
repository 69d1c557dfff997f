using Actors.Erasures;
using static Actors.Tests.Support.Sample;

namespace Actors.Tests.Messages;

/// <summary>Messages of an erasure: each with every optional part, and without.</summary>
internal static class ErasureSamples
{
    private static readonly ErasureState Full = new(
        ErasureStatus.Done, Id(80), ["Ada"], ["hash-1"], 3, "cursor", 30, 1, new ErasureCounts(4, 3, 2, 1), At(0), At(1), At(2));

    public static MessageSet Set { get; } = new(
        "erasure", new ErasureMessages(), [typeof(ErasureCommand), typeof(ErasureReply)], Commands(), Replies());

    private static object[] Commands() =>
    [
        new ErasureCommand.Start(Id(80), ["Ada", "0815"], ["hash-1", "hash-2"]),
        new ErasureCommand.Advance(2, "cursor", 100, 1),
        new ErasureCommand.Advance(3, null, 7, 0),
        new ErasureCommand.Execute(),
        new ErasureCommand.Finish(new ErasureCounts(4, 3, 2, 1)),
        new ErasureCommand.Discard(),
        new ErasureCommand.Look(),
    ];

    private static object[] Replies() => [new ErasureReply.Present(Full), new ErasureReply.Present(ErasureState.Absent)];
}
