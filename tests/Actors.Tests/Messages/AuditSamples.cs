using Actors.Audit;
using static Actors.Tests.Support.Sample;

namespace Actors.Tests.Messages;

/// <summary>Messages of the audit log and of its chain.</summary>
internal static class AuditSamples
{
    private static readonly AuditEntry Bare = new(Id(1), At(1), AuditActor.System, new AuditFact("project.created"));

    private static readonly AuditEntry Full = new(
        Id(2),
        At(2),
        new AuditActor(ActorKind.SuperUser, Id(3), "api_token", Id(4), "192.0.2.0/24#0011223344556677", "0af7651916cd43dd8448eb211c80319c"),
        new AuditFact("permission.refused")
        {
            Outcome = AuditOutcome.Refused,
            ProjectId = Id(5),
            ItemType = "project",
            ItemId = Id(6),
            Details = """{"code":"forbidden"}""",
        });

    private static readonly ChainState State = new(7, "0a", 2, 6, At(3));

    public static MessageSet Log { get; } = new(
        "audit-log",
        new AuditLogMessages(),
        [typeof(AuditLogCommand), typeof(AuditLogReply)],
        [new AuditLogCommand.Record(Bare), new AuditLogCommand.Record(Full)],
        [AuditLogReply.Recorded.Instance]);

    public static MessageSet Chain { get; } = new(
        "audit-chain",
        new ChainMessages(),
        [typeof(ChainCommand), typeof(ChainReply)],
        [
            new ChainCommand.Look(),
            new ChainCommand.Append(
                7,
                [new ChainLink(Id(1), At(1), LinkVerdict.Sound, "0b", "m"), new ChainLink(Id(2), At(2), LinkVerdict.Missing, "0c", "m")],
                [new PendingEntry(Id(3), At(3))]),
            new ChainCommand.Sign(new Checkpoint(3, 9, "0c", At(4), "k", "s")),
        ],
        [new ChainReply.Present(State)]);
}
