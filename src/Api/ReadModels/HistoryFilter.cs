using System.Collections.Immutable;
using System.Text;
using Actors.Runs;

namespace Api.ReadModels;

/// <summary>Narrows a list of work orders or runs. All are optional and combined with "and".</summary>
internal sealed record HistoryFilter
{
    /// <summary>States in which runs end that did not succeed; each has its place in indexes of its own, because among
    /// millions that went well they could be found by no other. An order that was rejected has no run.</summary>
    private static readonly ImmutableArray<string> BadEnds =
    [
        RunStatus.Failed.ToWire(), RunStatus.Crashed.ToWire(), RunStatus.Cancelled.ToWire(), RunStatus.Killed.ToWire(),
        RunStatus.Exception.ToWire(), RunStatus.Lost.ToWire(),
    ];

    /// <summary>Word for word the condition of the indexes: SQLite uses them for nothing else.</summary>
    private static readonly string AnyBadEnd = $"r.status in ({Listed(BadEnds)})";

    /// <summary>Known words of states; empty for all.</summary>
    public ImmutableArray<string> States { get; init; } = [];

    public Guid? WorkflowId { get; init; }

    public Guid? TriggerId { get; init; }

    /// <summary>Created at or after.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Created before.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Of work orders: changed last at or after.</summary>
    public DateTimeOffset? ActiveFrom { get; init; }

    /// <summary>Of work orders: changed last before.</summary>
    public DateTimeOffset? ActiveTo { get; init; }

    /// <summary>Null for all; none for nothing.</summary>
    public ImmutableArray<string>? Environments { get; init; }

    private bool IsBadEndsOnly => !States.IsEmpty && States.All(static state => BadEnds.Contains(state));

    /// <summary>One page of a project's work orders, newest first.</summary>
    public string WorkOrders(string columns, TimeCursor? after) => IsBadEndsOnly
        ? Union(state => $"""
            select {columns} from runs r join work_orders w on w.id = r.work_order_id
            where r.project_id = @ProjectId and {AnyBadEnd} and r.status = '{state}'
            {Times("r.ordered_at", "r.work_order_id", after)} {Rest("w")}
            and not exists (select 1 from runs n
                where n.work_order_id = r.work_order_id and (n.created_at, n.id) > (r.created_at, r.id))
            order by r.ordered_at desc, r.work_order_id desc limit @Limit
            """)
        : $"""
            select {columns} from work_orders w where w.project_id = @ProjectId {InStates("w.state")}
            {Times("w.created_at", "w.id", after)} {Rest("w")}
            order by w.created_at desc, w.id desc limit @Limit
            """;

    /// <summary>One page of a project's runs, newest first.</summary>
    public string Runs(string columns, TimeCursor? after) => IsBadEndsOnly
        ? Union(state => $"""
            select {columns} from runs r
            where r.project_id = @ProjectId and {AnyBadEnd} and r.status = '{state}'
            {Times("r.created_at", "r.id", after)} {Rest("r")}
            order by r.created_at desc, r.id desc limit @Limit
            """)
        : $"""
            select {columns} from runs r where r.project_id = @ProjectId {InStates("r.status")}
            {Times("r.created_at", "r.id", after)} {Rest("r")}
            order by r.created_at desc, r.id desc limit @Limit
            """;

    public HistoryArguments Arguments(Guid projectId, TimeCursor? after, int limit) => new(
        projectId, after?.At ?? default, after?.Id ?? default, WorkflowId ?? default, TriggerId ?? default,
        From ?? default, To ?? default, ActiveFrom ?? default, ActiveTo ?? default, limit)
    {
        Environments = EnvironmentNames.Argument(Environments),
    };

    /// <summary>Each state by itself is in the order of its index: no more than a page of each is read.</summary>
    private string Union(Func<string, string> page)
    {
        if (States is [var only]) return page(only);
        var parts = States.Distinct().Select((state, number) => $"select * from ({page(state)}) as s{number}");
        return $"select * from ({string.Join("\nunion all\n", parts)}) as u order by created_at desc, id desc limit @Limit";
    }

    private string Times(string time, string id, TimeCursor? after)
    {
        var where = new StringBuilder();
        if (after is not null) where.Append($" and ({time}, {id}) < (@At, @Id)");
        if (From is not null) where.Append($" and {time} >= @From");
        if (To is not null) where.Append($" and {time} < @To");
        return where.ToString();
    }

    private string Rest(string table)
    {
        var where = new StringBuilder();
        if (WorkflowId is not null) where.Append($" and {table}.workflow_id = @WorkflowId");
        if (TriggerId is not null) where.Append($" and {table}.trigger_id = @TriggerId");
        where.Append(EnvironmentNames.Within(table, Environments));
        if (table == "r") return where.ToString();
        if (ActiveFrom is not null) where.Append($" and {table}.last_activity >= @ActiveFrom");
        if (ActiveTo is not null) where.Append($" and {table}.last_activity < @ActiveTo");
        return where.ToString();
    }

    private string InStates(string column) => States.IsEmpty ? "" : $"and {column} in ({Listed(States)})";

    /// <summary>As part of the text, which a partial index needs: these are words of ours, never text from outside.</summary>
    private static string Listed(IEnumerable<string> states) => string.Join(", ", states.Select(static state => $"'{state}'"));
}

/// <summary>What the texts of <see cref="HistoryFilter"/> refer to.</summary>
internal sealed record HistoryArguments(
    Guid ProjectId,
    DateTimeOffset At,
    Guid Id,
    Guid WorkflowId,
    Guid TriggerId,
    DateTimeOffset From,
    DateTimeOffset To,
    DateTimeOffset ActiveFrom,
    DateTimeOffset ActiveTo,
    int Limit)
{
    public string Environments { get; init; } = "";
}
