using Api.Problems;
using Microsoft.AspNetCore.Mvc;

namespace Api.Json;

/// <summary>One page of a list. Follow it with <c>?after=</c> and the value of <see cref="Next"/>.</summary>
/// <param name="Next">Null on the last page.</param>
internal sealed record Page<T>(IReadOnlyList<T> Items, string? Next)
{
    /// <summary>Of a search that ended before the list did: everything newer was looked through.</summary>
    public DateTimeOffset? SearchedTo { get; init; }
}

/// <summary>How a list is asked for.</summary>
internal readonly record struct PageRequest(
    [property: FromQuery(Name = "limit")] int? Limit,
    [property: FromQuery(Name = "after")] string? After)
{
    public const int DefaultLimit = 50;
    public const int MaxLimit = 200;

    /// <summary>One more row than shown is read: it tells whether there is a next page.</summary>
    public int Rows => Shown + 1;

    public int Shown => Limit ?? DefaultLimit;

    public Problem? Check() =>
        Limit is < 1 or > MaxLimit
            ? Problem.Of(ProblemKinds.BadParameter, "limit", $"is between 1 and {MaxLimit}")
            : null;

    /// <param name="rows">At most <see cref="Rows"/>; the surplus one is cut off.</param>
    public async ValueTask<Page<TView>> OfAsync<TRow, TView>(List<TRow> rows, Func<TRow, ValueTask<TView>> view, Func<TRow, object> cursor)
    {
        var views = new List<TView>(rows.Count);
        foreach (var row in rows.Take(Shown)) views.Add(await view(row));
        var next = rows.Count > views.Count ? cursor(rows[views.Count - 1]).ToString() : null;
        return new Page<TView>(views, next);
    }

    /// <param name="rows">At most <see cref="Rows"/>; the surplus one is cut off.</param>
    public Page<TView> Of<TRow, TView>(List<TRow> rows, Func<TRow, TView> view, Func<TRow, object> cursor)
    {
        var shown = Math.Min(rows.Count, Rows - 1);
        var next = rows.Count > shown ? cursor(rows[shown - 1]).ToString() : null;
        return new Page<TView>([.. rows.Take(shown).Select(view)], next);
    }
}
