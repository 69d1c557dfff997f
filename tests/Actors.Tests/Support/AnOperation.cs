using System.Collections.Immutable;
using Actors.Operations;
using Actors.Projects;
using Cluster.Entities;
using static Actors.Tests.Support.Sample;

namespace Actors.Tests.Support;

internal static class AnOperation
{
    public static readonly Guid OperationId = Id(90);
    public static readonly DateTimeOffset Now = At(1000);

    public static readonly OperationFilter Filter = new(
        ["failed", "lost"], Id(5), Id(6), At(1), At(2), "„Ünicode“", ["body", "log"]);

    public static readonly OperationPlan Filtered = new(
        Id(4), OperationKind.Retry, RetryFrom.FailedStep, OperationTarget.WorkOrders, Filter, []);

    public static readonly OperationPlan Listed = new(
        Id(4), OperationKind.Cancel, RetryFrom.Start, OperationTarget.Runs, null, [Id(91), Id(92)]);

    /// <summary>Of somebody who is limited to two environments, and asks for one of them.</summary>
    public static readonly OperationPlan Limited = Filtered with
    {
        Filter = Filter with { Environments = new EnvironmentSet(["staging"]) },
        Environments = new EnvironmentSet(["demo", "staging"]),
    };

    public static Scenario<OperationState, OperationCommand, OperationEvent> Given(params IEnumerable<OperationEvent> events) =>
        new Scenario<OperationState, OperationCommand, OperationEvent>(
            new OperationBehavior(), new OperationCodec(), new EntityRef(EntityTypes.BulkOperation, OperationId), Now).Given(events);

    public static OperationEvent Started(OperationPlan? plan = null) =>
        new OperationEvent.Started(OperationId, plan ?? Filtered, At(0));

    public static OperationEvent Taken(int page, string? next, params ImmutableArray<Guid> items) =>
        new OperationEvent.Taken(page, items, next, At(page));

    public static OperationEvent Advanced(int page, int done, params ImmutableArray<ItemRefusal> refusals) =>
        new OperationEvent.Advanced(page, done, refusals.Length, 0, refusals, At(page));
}
