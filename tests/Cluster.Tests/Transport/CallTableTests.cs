using Cluster.Transport.Calls;

namespace Cluster.Tests.Transport;

public sealed class CallTableTests
{
    [Fact]
    public void An_id_is_good_for_one_call_and_once()
    {
        var table = new CallTable(10, 1_000);
        var first = Add(table);
        Assert.Same(first, table.Take(first.Id));
        Assert.Null(table.Take(first.Id));

        var second = Add(table);
        Assert.NotEqual(first.Id, second.Id);
        Assert.Null(table.Take(first.Id));
        Assert.Same(second, table.Take(second.Id));
    }

    [Fact]
    public void Ids_that_were_never_given_are_nobodys()
    {
        var table = new CallTable(10, 1_000);
        var call = Add(table);
        foreach (var id in new[] { 0UL, ulong.MaxValue, call.Id + 1, call.Id ^ (1UL << 32), call.Id | (1UL << 31) })
            Assert.Null(table.Take(id));
        Assert.Same(call, table.Take(call.Id));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(65)]
    [InlineData(1_000)]
    public void There_is_room_for_as_many_as_it_was_made_for(int capacity)
    {
        var table = new CallTable(capacity, long.MaxValue);
        var calls = Enumerable.Range(0, capacity).Select(_ => Add(table)).ToList();
        Assert.Contains("too many calls", table.TryAdd(Call(table)), StringComparison.Ordinal);
        Assert.Equal(capacity, calls.Select(call => call.Id).Distinct().Count());
        Assert.All(calls, call => Assert.Same(call, table.Take(call.Id)));
        for (var i = 0; i < capacity; i++)
            Add(table);
    }

    [Fact]
    public void Expired_calls_are_taken_out_and_the_others_stay()
    {
        var table = new CallTable(10, 1_000);
        var (early, late) = (Add(table, deadline: 10), Add(table, deadline: 20));
        var expired = new List<PendingCall>();
        table.TakeExpired(10, expired);
        Assert.Equal([early], expired);
        Assert.Null(table.Take(early.Id));
        Assert.Same(late, table.Take(late.Id));
    }

    [Fact]
    public void A_closed_table_gives_up_its_calls_and_takes_no_more()
    {
        var table = new CallTable(10, 1_000);
        var call = Add(table);
        Assert.Equal([call], table.Close());
        Assert.Empty(table.Close());
        Assert.Contains("closed", table.TryAdd(Call(table)), StringComparison.Ordinal);
    }

    /// <summary>Against a plain dictionary, with calls that come and go at random.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void It_holds_what_a_dictionary_would_hold(int seed)
    {
        var random = new Random(seed);
        var table = new CallTable(200, 20_000);
        var model = new Dictionary<ulong, PendingCall>();
        for (var step = 0; step < 20_000; step++)
        {
            if (random.Next(2) == 0)
            {
                var call = Call(table, bytes: random.Next(300));
                var fits = model.Count < 200 && model.Values.Sum(other => other.Bytes) + call.Bytes <= 20_000;
                Assert.Equal(fits, table.TryAdd(call) is null);
                if (fits)
                    model.Add(call.Id, call);
            }
            else if (model.Count > 0)
            {
                var id = model.Keys.ElementAt(random.Next(model.Count));
                Assert.Same(model[id], table.Take(id));
                model.Remove(id);
            }
        }

        Assert.Equal(model.Keys.Order(), table.Close().Select(call => call.Id).Order());
    }

    private static PendingCall Call(CallTable table, int bytes = 1, long deadline = 1) => new(table, bytes, deadline);

    private static PendingCall Add(CallTable table, long deadline = 1)
    {
        var call = Call(table, deadline: deadline);
        Assert.Null(table.TryAdd(call));
        return call;
    }
}
